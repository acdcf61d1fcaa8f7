namespace AvatarGrains.Core.Sessions;

/// <summary>What one tenant may use. Null means without limit.</summary>
/// <param name="MaxActiveSessions">Sessions that are not ended, at once.</param>
/// <param name="MaxPerSession">Metered time of one session.</param>
/// <param name="MaxPerMonth">Metered time of all sessions of a calendar month in UTC.</param>
/// <param name="RequestsPerMinute">REST requests in any minute, on average; a burst may use a whole minute's at once.</param>
public sealed record TenantLimits(int? MaxActiveSessions, TimeSpan? MaxPerSession, TimeSpan? MaxPerMonth, int? RequestsPerMinute = null)
{
    /// <summary>
    /// For a machine that serves its owner: bounded so that a loop in a client does not fill the memory, no minutes counted against anyone.
    /// </summary>
    public static TenantLimits Local { get; } = new(5000, null, null);

    /// <summary>For a tenant with a key of whom nothing else is said.</summary>
    public static TenantLimits Keyed { get; } = new(100, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(20_000), 3000);
}
