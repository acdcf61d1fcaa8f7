using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Server.Configuration;

/// <summary>What a tenant may use; 0 is without limit.</summary>
public sealed record LimitOptions
{
    /// <summary>Sessions at once.</summary>
    public int MaxSessions { get; init; }

    /// <summary>Minutes of one session.</summary>
    public double MinutesPerSession { get; init; }

    /// <summary>Minutes of all sessions of a calendar month, UTC.</summary>
    public double MinutesPerMonth { get; init; }

    /// <summary>REST requests a minute.</summary>
    public int RequestsPerMinute { get; init; }

    public static LimitOptions Of(TenantLimits limits) => new()
    {
        MaxSessions = limits.MaxActiveSessions ?? 0,
        MinutesPerSession = limits.MaxPerSession?.TotalMinutes ?? 0,
        MinutesPerMonth = limits.MaxPerMonth?.TotalMinutes ?? 0,
        RequestsPerMinute = limits.RequestsPerMinute ?? 0,
    };

    public TenantLimits ToLimits() => new(
        MaxSessions > 0 ? MaxSessions : null,
        MinutesPerSession > 0 ? TimeSpan.FromMinutes(MinutesPerSession) : null,
        MinutesPerMonth > 0 ? TimeSpan.FromMinutes(MinutesPerMonth) : null,
        RequestsPerMinute > 0 ? RequestsPerMinute : null);

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem() =>
        MaxSessions < 0 || RequestsPerMinute < 0 || MinutesPerSession is not (>= 0 and <= 1e9) || MinutesPerMonth is not (>= 0 and <= 1e9)
            ? "limits must be 0, which is without limit, or positive"
            : null;
}
