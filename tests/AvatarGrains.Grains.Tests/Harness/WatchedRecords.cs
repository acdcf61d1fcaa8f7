using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Shared records that say which are written and removed.</summary>
internal sealed class WatchedRecords(ISharedRecords inner) : ISharedRecords
{
    private readonly Lock _lock = new();
    private readonly List<(Func<SharedChange, bool> Wanted, TaskCompletionSource Found)> _waiting = [];

    /// <summary>The next change of a kind that was made.</summary>
    public Task ChangedAsync(Func<SharedChange, bool> wanted)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((wanted, found));
        }

        return found.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    public ValueTask<SharedRecord?> FindAsync(string space, string key, CancellationToken cancellationToken) => inner.FindAsync(space, key, cancellationToken);

    public ValueTask<IReadOnlyList<SharedRecord>> ReadAsync(string space, string from, string to, CancellationToken cancellationToken) =>
        inner.ReadAsync(space, from, to, cancellationToken);

    public async ValueTask<bool> ApplyAsync(string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken)
    {
        var applied = await inner.ApplyAsync(space, changes, cancellationToken);
        lock (_lock)
        {
            foreach (var (wanted, found) in _waiting)
            {
                if (applied && changes.Any(wanted))
                {
                    found.TrySetResult();
                }
            }
        }

        return applied;
    }
}
