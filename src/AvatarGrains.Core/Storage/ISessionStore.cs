using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Storage;

/// <summary>A session as it is stored.</summary>
/// <param name="Id">Session id.</param>
/// <param name="Version">Counts writes; a store refuses a write that does not follow the stored version.</param>
/// <param name="Spec">What it was made from, with later changes.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ConnectedAt">When somebody first connected.</param>
/// <param name="Metered">Metered time that has been counted.</param>
/// <param name="Turn">Current turn.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="ClientSdp">Last offer.</param>
/// <param name="ServerSdp">Last answer.</param>
public sealed record SessionRecord(
    string Id,
    long Version,
    SessionSpec Spec,
    SessionStatus Status,
    TerminationReason? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ConnectedAt,
    TimeSpan Metered,
    int Turn,
    DateTimeOffset? EndedAt,
    string? ClientSdp,
    string? ServerSdp)
{
    /// <summary>Its client is known by its requests alone: it never had a transport and sent no heartbeat.</summary>
    public bool RequestsOnly { get; init; }
}

/// <summary>An event a client wrote down.</summary>
public sealed record SessionEventRecord(string Id, string SessionId, string Event, string Detail, DateTimeOffset At);

/// <summary>Time that counts for a tenant's month.</summary>
/// <param name="Month">yyyy-MM in UTC.</param>
/// <param name="Time">How much; positive.</param>
public sealed record MeterEntry(string Month, TimeSpan Time);

/// <summary>What one write changes. All of it, or nothing, is durable when the write returns.</summary>
/// <param name="Record">The session as it is from now on.</param>
/// <param name="NewLines">History lines to append.</param>
/// <param name="ClearHistory">Forget all lines before <paramref name="NewLines"/>.</param>
/// <param name="NewEvents">Events to append.</param>
/// <param name="Meter">Time to add to the tenant's months, in the same transaction.</param>
public sealed record SessionWrite(
    SessionRecord Record,
    IReadOnlyList<HistoryLine> NewLines,
    bool ClearHistory = false,
    IReadOnlyList<SessionEventRecord>? NewEvents = null,
    IReadOnlyList<MeterEntry>? Meter = null)
{
    /// <summary>
    /// Names this write. One that was handed over and not answered (the connection broke, perhaps after the commit) is handed over again as
    /// it was, and counts once.
    /// </summary>
    public Guid Id { get; init; } = Guid.NewGuid();
}

/// <summary>Another writer was first.</summary>
public sealed class StorageConflictException(string message) : Exception(message);

/// <summary>The store cannot be reached now. What was being written may or may not be stored; it can be tried again.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Keeps sessions. Thread-safe. A returned write is on disk.</summary>
public interface ISessionStore
{
    /// <summary>Stores a write. The newest write of a session handed over again changes nothing and succeeds.</summary>
    /// <exception cref="StorageConflictException">The stored version is not <c>Record.Version − 1</c>, and it is not this write that made
    /// it so.</exception>
    /// <exception cref="StorageUnavailableException">Nobody knows whether it is stored: hand the same write over again.</exception>
    ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken);

    /// <summary>The session and its history, or null.</summary>
    ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>Sessions that have not ended.</summary>
    ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken);

    /// <summary>Ids of a tenant's sessions that have not ended.</summary>
    ValueTask<IReadOnlyList<string>> ListActiveAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>Time metered for a tenant in a month (yyyy-MM, UTC).</summary>
    ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken);

    /// <summary>Events of a session, oldest first.</summary>
    ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes the oldest of the sessions that ended before a moment, with their history and events. What was metered stays.</summary>
    /// <param name="endedBefore">The moment.</param>
    /// <param name="most">How many at most, so that nobody waits long for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many.</returns>
    ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, int most, CancellationToken cancellationToken);
}
