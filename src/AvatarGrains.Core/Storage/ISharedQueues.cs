namespace AvatarGrains.Core.Storage;

/// <summary>Something taken from a queue.</summary>
/// <param name="Number">Grows within its queue in the order of adding, for what one process added one after the other.</param>
/// <param name="Content">As it was added.</param>
public sealed record QueuedItem(long Number, ReadOnlyMemory<byte> Content);

/// <summary>
/// Named queues that the processes of a cluster share, for what is worthless a few seconds later: items older than <see cref="Life"/> are thrown away, and a crash of the store may lose all of
/// them. Each item is taken once, by one taker. Thread-safe. Everything throws <see cref="StorageUnavailableException"/> while the store cannot be reached.
/// </summary>
public interface ISharedQueues
{
    /// <summary>How long an item may wait to be taken; also what bounds a queue that nobody empties.</summary>
    TimeSpan Life { get; }

    /// <summary>Adds an item and returns when every process can take it.</summary>
    /// <exception cref="ArgumentException">The item is larger than the store takes.</exception>
    ValueTask AddAsync(string queue, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Takes the oldest items, at most <paramref name="most"/>, in their order; none when there are none.</summary>
    ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(string queue, int most, CancellationToken cancellationToken);

    /// <summary>Returns when something may have been added since the last time, or after a while. One waiter for each queue and process.</summary>
    ValueTask WaitAsync(string queue, CancellationToken cancellationToken);
}
