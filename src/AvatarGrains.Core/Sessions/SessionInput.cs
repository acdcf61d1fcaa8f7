namespace AvatarGrains.Core.Sessions;

/// <summary>What can happen to a session's life.</summary>
public abstract record SessionInput
{
    /// <summary>Time passed.</summary>
    public sealed record Tick : SessionInput
    {
        public static Tick Instance { get; } = new();
    }

    /// <summary>An offer was answered.</summary>
    public sealed record Exchanged : SessionInput;

    /// <summary>A transport is up. A newer one replaces an older.</summary>
    public sealed record Connected(string Connection) : SessionInput;

    /// <summary>A transport is gone; ignored when <paramref name="Connection"/> is not the newest.</summary>
    public sealed record Lost(string Connection, bool Graceful) : SessionInput;

    /// <summary>A client without media says that it is alive.</summary>
    public sealed record Heartbeat : SessionInput;

    /// <summary>A request was made by a client.</summary>
    public sealed record Activity : SessionInput;

    /// <summary>What the tenant's month looks like now.</summary>
    /// <param name="Month">yyyy-MM in UTC.</param>
    /// <param name="Used">Metered and stored for the month, this session's part included.</param>
    /// <param name="Limit">The tenant's limit, or null.</param>
    public sealed record MonthRead(string Month, TimeSpan Used, TimeSpan? Limit) : SessionInput;

    /// <summary>The owner stops and will restore the session elsewhere or later: running time is metered and no longer runs.</summary>
    public sealed record Suspend : SessionInput;

    /// <summary>End it.</summary>
    public sealed record End(TerminationReason Reason, string Detail) : SessionInput;
}

/// <summary>What a session's shell must do.</summary>
public abstract record SessionEffect
{
    /// <summary>The state changed and must be stored before the input is acknowledged.</summary>
    public sealed record Save : SessionEffect
    {
        public static Save Instance { get; } = new();
    }

    /// <summary>Add time to a month, in the same write as the state. Emitted once for every span of time.</summary>
    public sealed record Meter(string Month, TimeSpan Time) : SessionEffect;

    /// <summary>Read the tenant's month after the write and feed it back as <see cref="SessionInput.MonthRead"/>.</summary>
    public sealed record ReadMonth(string Month) : SessionEffect;

    /// <summary>Tell the client.</summary>
    public sealed record Warn(TerminationReason Reason, TimeSpan Left) : SessionEffect;

    /// <summary>The session is over. Always the last effect of a session.</summary>
    public sealed record Ended(TerminationReason Reason, string Detail) : SessionEffect;
}
