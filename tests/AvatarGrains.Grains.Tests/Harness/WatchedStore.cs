using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>The session store as one silo uses it; says when a session is written there, and can be cut off.</summary>
internal sealed class WatchedStore(ISessionStore inner) : DelegatingSessionStore(inner)
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

    public override async ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        if (Dead)
        {
            throw new StorageConflictException("The process is dead.");
        }

        await base.WriteAsync(write, cancellationToken);
        lock (_lock)
        {
            _waiting.FindAll(w => w.Wanted(write.Record)).ForEach(w => w.Found.TrySetResult(write.Record));
            _waiting.RemoveAll(w => w.Found.Task.IsCompleted);
        }
    }
}
