namespace AvatarGrains.ClusterBench.Comparison;

/// <summary>What travels: as large as the first chunk of an answer, or a later one.</summary>
/// <param name="Sent">Timestamp of sending.</param>
/// <param name="First">The first chunk of an answer.</param>
/// <param name="Payload">Opus packets and faces.</param>
[GenerateSerializer, Immutable, Alias("bench.Chunk")]
internal sealed record Chunk([property: Id(0)] long Sent, [property: Id(1)] bool First, [property: Id(2)] byte[] Payload);

internal enum Path
{
    /// <summary>Orleans memory streams: a queue in grains, polled.</summary>
    Memory,

    /// <summary>A grain observer of one's own.</summary>
    Observer,

    /// <summary>The project's direct streams.</summary>
    Direct,
}

[Alias("bench.IChunks")]
internal interface IChunkObserver : IGrainObserver
{
    [Alias("Chunk")]
    Task OnChunkAsync(Chunk chunk);
}

/// <summary>Speaks as a session does: answers of five seconds with pauses, the first chunk small, the others 400 ms each.</summary>
[Alias("bench.ISpeaker")]
internal interface ISpeakerGrain : IGrainWithStringKey
{
    [Alias("Start")]
    Task StartAsync(int path, IChunkObserver? observer, int phaseMs);

    [Alias("Stop")]
    Task StopAsync();
}
