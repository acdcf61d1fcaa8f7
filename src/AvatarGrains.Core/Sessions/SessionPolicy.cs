namespace AvatarGrains.Core.Sessions;

/// <summary>Limits and timeouts of sessions. All durations are monotonic time; wall clock changes do not touch them.</summary>
public sealed record SessionPolicy
{
    public static SessionPolicy Default { get; } = new();

    /// <summary>
    /// Time from creation to the first connection, heartbeat or request. 60 s lets a person answer the browser's microphone question.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time a session waits for its client to come back after its connection or heartbeat was lost.</summary>
    public TimeSpan GraceTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence of a client that sends heartbeats. Clients send one every 10 s, so three may be lost.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>Longest silence of a client that only makes requests and never sent a heartbeat.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often running time is written to the store; a crash leaves at most this much in doubt.</summary>
    public TimeSpan MeterInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long before a quota ends the session the client is warned.</summary>
    public TimeSpan WarningLead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The policy for a session that may have times of its own.</summary>
    public SessionPolicy For(SessionSpec spec) => 
        spec.IdleTime is { } idle ? this with { ConnectTimeout = idle, IdleTimeout = idle } : this;

    /// <exception cref="ArgumentException">Names every value that is out of range.</exception>
    public void Validate()
    {
        List<string> errors = [];
        Check(nameof(ConnectTimeout), ConnectTimeout);
        Check(nameof(GraceTime), GraceTime);
        Check(nameof(HeartbeatTimeout), HeartbeatTimeout);
        Check(nameof(IdleTimeout), IdleTimeout);
        Check(nameof(MeterInterval), MeterInterval);
        if (WarningLead < TimeSpan.Zero)
        {
            errors.Add($"{nameof(WarningLead)} is {WarningLead}, it must not be negative");
        }

        if (errors.Count > 0)
        {
            throw new ArgumentException("Session policy: " + string.Join("; ", errors) + ".");
        }

        void Check(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero)
            {
                errors.Add($"{name} is {value}, it must be positive");
            }
        }
    }
}
