using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>The session store as one silo uses it; says when a session is written there, and can be cut off.</summary>
internal sealed class WatchedStore(ISessionStore inner) : ISessionStore
{
    private readonly Lock _lock = new();
    private readonly List<(Func<SessionRecord, bool> Wanted, TaskCompletionSource<SessionRecord> Found)> _waiting = [];

    public bool Dead { get; set; }

    /// <summary>The next record of a kind that is stored from here.</summary>
    public Task<SessionRecord> WrittenAsync(Func<SessionRecord, bool> wanted)
    {
        var found = new TaskCompletionSource<SessionRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((wanted, found));
        }

        return found.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    public async ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        if (Dead)
        {
            throw new StorageConflictException("The process is dead.");
        }

        await inner.WriteAsync(write, cancellationToken);
        lock (_lock)
        {
            _waiting.FindAll(w => w.Wanted(write.Record)).ForEach(w => w.Found.TrySetResult(write.Record));
            _waiting.RemoveAll(w => w.Found.Task.IsCompleted);
        }
    }

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
