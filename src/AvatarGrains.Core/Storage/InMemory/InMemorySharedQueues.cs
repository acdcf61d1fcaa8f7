namespace AvatarGrains.Core.Storage.InMemory;

/// <summary>Queues of a cluster that is one process.</summary>
public sealed class InMemorySharedQueues(TimeSpan life, TimeProvider time) : ISharedQueues
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<(QueuedItem Item, DateTimeOffset At)>> _queues = [];
    private readonly QueueSignals _signals = new();
    private long _last;

    public TimeSpan Life => life;

    public ValueTask AddAsync(string queue, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var items = Of(queue);
            Expire(items);
            items.Enqueue((new QueuedItem(++_last, content.ToArray()), time.GetUtcNow()));
        }

        _signals.Set(queue);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(string queue, int most, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var items = Of(queue);
            Expire(items);
            var taken = new List<QueuedItem>();
            while (taken.Count < most && items.TryDequeue(out var next))
            {
                taken.Add(next.Item);
            }

            return new(taken);
        }
    }

    public ValueTask WaitAsync(string queue, CancellationToken cancellationToken) => _signals.WaitAsync(queue, LongestWait, cancellationToken);

    private Queue<(QueuedItem Item, DateTimeOffset At)> Of(string queue)
    {
        if (!_queues.TryGetValue(queue, out var items))
        {
            _queues[queue] = items = new();
        }

        return items;
    }

    private void Expire(Queue<(QueuedItem Item, DateTimeOffset At)> items)
    {
        while (items.TryPeek(out var oldest) && time.GetUtcNow() - oldest.At >= life)
        {
            items.Dequeue();
        }
    }
}
