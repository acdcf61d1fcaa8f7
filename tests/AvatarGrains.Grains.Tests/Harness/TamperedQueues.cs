using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Shared queues that lose items, or give them out a second time, when a test says so.</summary>
internal sealed class TamperedQueues(ISharedQueues inner) : ISharedQueues
{
    private readonly Lock _lock = new();
    private readonly List<(string Queue, byte[] Content)> _added = [];
    private TaskCompletionSource? _losing;

    public TimeSpan Life => inner.Life;

    /// <summary>How many items were ever added.</summary>
    public int Added
    {
        get
        {
            lock (_lock)
            {
                return _added.Count;
            }
        }
    }

    /// <summary>Has the next item lost; completes when it was.</summary>
    public Task LoseNext()
    {
        lock (_lock)
        {
            _losing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _losing.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        }
    }

    /// <summary>Adds everything that was ever added once more.</summary>
    public async Task RepeatAsync()
    {
        List<(string Queue, byte[] Content)> all;
        lock (_lock)
        {
            all = [.. _added];
        }

        foreach (var (queue, content) in all)
        {
            await inner.AddAsync(queue, content, CancellationToken.None);
        }
    }

    public ValueTask AddAsync(string queue, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _added.Add((queue, content.ToArray()));
            if (_losing is { } losing)
            {
                _losing = null;
                losing.SetResult();
                return ValueTask.CompletedTask;
            }
        }

        return inner.AddAsync(queue, content, cancellationToken);
    }

    public ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(string queue, int most, CancellationToken cancellationToken) => inner.TakeAsync(queue, most, cancellationToken);

    public ValueTask WaitAsync(string queue, CancellationToken cancellationToken) => inner.WaitAsync(queue, cancellationToken);
}
