using Orleans.Concurrency;

namespace AvatarGrains.Grains.Streams;

/// <summary>One consumer of a direct stream: gets its items one after the other, whatever the others do. Thread-safe.</summary>
/// <param name="observer">The consumer.</param>
/// <param name="lost">Told once, with the reason, when it cannot be reached; it gets nothing more.</param>
internal sealed class DirectStreamConsumer(IDirectStreamObserver observer, Action<string> lost)
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private volatile bool _lost;

    /// <summary>Sends an item after those before it. Never faults.</summary>
    public Task SendAsync(object item) => EnqueueAsync(() => observer.OnNextAsync(item.AsImmutable()));

    /// <summary>Tells it that nothing more comes. Never faults.</summary>
    public Task CompleteAsync() => EnqueueAsync(observer.OnCompletedAsync);

    private Task EnqueueAsync(Func<Task> send)
    {
        lock (_lock)
        {
            return _last = AfterAsync(_last, send);
        }
    }

    private async Task AfterAsync(Task before, Func<Task> send)
    {
        await before;
        if (_lost)
        {
            return;
        }

        try
        {
            await send();
        }
        catch (Exception e)
        {
            // Whatever broke, the consumer's silo or the consumer: it must subscribe again, and the others are not kept waiting.
            _lost = true;
            lost(e.Message);
        }
    }
}
