namespace AvatarGrains.Api.Health;

/// <summary>Knows since when the server runs and whether its start is complete.</summary>
public sealed class HealthClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public string Version { get; } = typeof(HealthClock).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public TimeSpan Uptime => time.GetElapsedTime(_started);

    /// <summary>True once everything that starts in the background has.</summary>
    public bool IsReady { get; set; }

    /// <summary>True once the server is stopping: it finishes what it has and takes nothing new.</summary>
    public bool IsDraining { get; set; }
}
