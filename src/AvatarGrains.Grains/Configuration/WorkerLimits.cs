using AvatarGrains.Grains.Placement;

namespace AvatarGrains.Grains.Configuration;

/// <summary>
/// How much work of each kind a worker silo does at once, how much may wait there before it says that it is busy, and what needs a GPU.
/// What needs a GPU is the same for all silos of a cluster; the rest may differ from worker to worker. Engines have bounds of their own, as
/// many decoders or sentences as processors can do; these bound what gets to them.
/// </summary>
public sealed record WorkerLimits
{
    /// <summary>Utterances being recognised, from their first sound to their words.</summary>
    public WorkerLimit Asr { get; init; } = new(64, 256);

    /// <summary>Answers of language models being streamed.</summary>
    public WorkerLimit Llm { get; init; } = new(64, 1024);

    /// <summary>Sentences being synthesized, with their faces.</summary>
    public WorkerLimit Tts { get; init; } = new(64, 1024);

    /// <summary>Sound of others to which a mouth is being moved.</summary>
    public WorkerLimit Face { get; init; } = new(128, 128);

    /// <summary>Names of recognizers, language models and synthesizers that run only on silos of role <c>gpu</c>.</summary>
    public IReadOnlyList<string> GpuEngines { get; init; } = [];

    /// <summary>The roles that a silo needs to run an engine.</summary>
    internal SiloRoles RolesFor(string? engine) =>
        engine is not null && GpuEngines.Contains(engine, StringComparer.OrdinalIgnoreCase) ? SiloRoles.Worker | SiloRoles.Gpu : SiloRoles.Worker;
}

/// <summary>A bound on one kind of work.</summary>
/// <param name="AtOnce">Running.</param>
/// <param name="Waiting">Waiting to run.</param>
public sealed record WorkerLimit(int AtOnce, int Waiting);
