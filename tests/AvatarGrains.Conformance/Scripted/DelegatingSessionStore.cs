using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>A store in front of another one: does what that one does, but for what a derived one changes.</summary>
public abstract class DelegatingSessionStore(ISessionStore inner) : ISessionStore
{
    public virtual ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken) => inner.WriteAsync(write, cancellationToken);

    public ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(string id, CancellationToken cancellationToken) =>
        inner.ReadAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken) => inner.ListActiveAsync(cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListActiveAsync(string tenant, CancellationToken cancellationToken) =>
        inner.ListActiveAsync(tenant, cancellationToken);

    public ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken) =>
        inner.ReadMeterAsync(tenant, month, cancellationToken);

    public ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken) =>
        inner.ListEventsAsync(id, cancellationToken);

    public ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, int most, CancellationToken cancellationToken) =>
        inner.PurgeAsync(endedBefore, most, cancellationToken);
}
