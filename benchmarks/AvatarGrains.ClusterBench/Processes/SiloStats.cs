namespace AvatarGrains.ClusterBench.Processes;

/// <summary>What a silo's process has done since its start.</summary>
/// <param name="At">Timestamp, ticks of <see cref="System.Diagnostics.Stopwatch"/>; comparable between processes of a machine.</param>
/// <param name="CpuSeconds">Processor time, user and system.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="HeapBytes">Managed heap in use.</param>
/// <param name="Sessions">Sessions that run there.</param>
/// <param name="Messages">Messages sent to other silos.</param>
/// <param name="Bytes">Their bytes, headers included.</param>
/// <param name="Writes">Writes of sessions.</param>
/// <param name="Reads">Sessions read.</param>
/// <param name="Collections">Garbage collections, all generations.</param>
/// <param name="PauseMs">Time they stopped the process.</param>
internal sealed record SiloStats(
    long At,
    double CpuSeconds,
    long ResidentBytes,
    long HeapBytes,
    int Sessions,
    long Messages,
    long Bytes,
    long Writes,
    long Reads,
    int Collections,
    double PauseMs);

/// <summary>What a silo's process did in a window.</summary>
internal sealed record SiloLoad(
    double Cores, double MessagesPerSecond, double BytesPerSecond, double WritesPerSecond, double ReadsPerSecond, int Collections, double PauseMs)
{
    public static SiloLoad Between(SiloStats before, SiloStats after)
    {
        var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds;
        return new SiloLoad(
            (after.CpuSeconds - before.CpuSeconds) / seconds,
            (after.Messages - before.Messages) / seconds,
            (after.Bytes - before.Bytes) / seconds,
            (after.Writes - before.Writes) / seconds,
            (after.Reads - before.Reads) / seconds,
            after.Collections - before.Collections,
            after.PauseMs - before.PauseMs);
    }
}
