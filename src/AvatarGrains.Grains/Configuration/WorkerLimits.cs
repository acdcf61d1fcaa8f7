using AvatarGrains.Grains.Placement;

namespace AvatarGrains.Grains.Configuration;

/// <summary>How much work of each kind a worker silo does at once, how much may wait there before it says that it is busy, and what needs a GPU. What needs a GPU is the same for all silos of a cluster; the rest may differ from worker to worker.</summary>
public sealed record WorkerLimits
{
    public WorkerLimit Speech { get; init; } = new(8, 64);

    public WorkerLimit Chat { get; init; } = new(64, 64);

    public WorkerLimit Hearing { get; init; } = new(4, 16);

    /// <summary>Names of recognizers, language models and synthesizers that run only on silos of role <c>gpu</c>.</summary>
    public IReadOnlyList<string> GpuEngines { get; init; } = [];

    /// <summary>The roles that a silo needs to run an engine.</summary>
    internal SiloRoles RolesFor(string? engine) =>
        engine is not null && GpuEngines.Contains(engine, StringComparer.OrdinalIgnoreCase) ? SiloRoles.Worker | SiloRoles.Gpu : SiloRoles.Worker;

    /// <exception cref="ArgumentException">Names every value that is out of range.</exception>
    public void Validate()
    {
        List<string> errors = [];
        Check(nameof(Speech), Speech);
        Check(nameof(Chat), Chat);
        Check(nameof(Hearing), Hearing);
        if (errors.Count > 0)
        {
            throw new ArgumentException("Workers: " + string.Join("; ", errors) + ".");
        }

        void Check(string name, WorkerLimit limit)
        {
            if (limit.AtOnce < 1 || limit.Waiting < 0)
            {
                errors.Add($"{name} is {limit.AtOnce} at once and {limit.Waiting} waiting; it must be at least 1 and 0");
            }
        }
    }
}

/// <summary>A bound on one kind of work.</summary>
/// <param name="AtOnce">Running.</param>
/// <param name="Waiting">Waiting to run.</param>
public sealed record WorkerLimit(int AtOnce, int Waiting);
