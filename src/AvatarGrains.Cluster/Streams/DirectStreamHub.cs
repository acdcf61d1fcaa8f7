using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Cluster.Streams;

/// <summary>The consumers of the streams whose producers live on this silo. Thread-safe.</summary>
internal sealed class DirectStreamHub(ILogger<DirectStreamHub> log)
{
    private readonly ConcurrentDictionary<GrainId, ConcurrentDictionary<Guid, IDirectStreamObserver>> _streams = new();

    public void Add(GrainId producer, Guid handle, IDirectStreamObserver observer) =>
        _streams.GetOrAdd(producer, static _ => new())[handle] = observer;

    public void Remove(GrainId producer, Guid handle)
    {
        if (_streams.TryGetValue(producer, out var observers))
        {
            observers.TryRemove(handle, out _);
        }
    }

    /// <summary>Sends an item to every consumer, to all at once; returns when each has taken it or is gone.</summary>
    public async Task PublishAsync(GrainId producer, object item)
    {
        if (!_streams.TryGetValue(producer, out var observers))
        {
            return;
        }

        List<Task>? sends = null;
        foreach (var (handle, observer) in observers)
        {
            (sends ??= new(observers.Count)).Add(SendAsync(producer, handle, observer, item));
        }

        await (sends is null ? Task.CompletedTask : sends.Count == 1 ? sends[0] : Task.WhenAll(sends));
    }

    /// <summary>The producer stops.</summary>
    public async Task CloseAsync(GrainId producer)
    {
        if (_streams.TryRemove(producer, out var observers))
        {
            await Task.WhenAll(observers.Select(o => CompleteAsync(producer, o.Value)));
        }
    }

    private async Task SendAsync(GrainId producer, Guid handle, IDirectStreamObserver observer, object item)
    {
        try
        {
            await observer.OnNextAsync(item.AsImmutable());
        }
        catch (Exception e)
        {
            // Whatever broke, the consumer's silo or the consumer: it must subscribe again, and the others are not kept waiting.
            log.LogInformation("Stream of {Producer}: a consumer is gone ({Reason}).", producer, e.Message);
            Remove(producer, handle);
        }
    }

    private async Task CompleteAsync(GrainId producer, IDirectStreamObserver observer)
    {
        try
        {
            await observer.OnCompletedAsync();
        }
        catch (Exception e)
        {
            log.LogInformation("Stream of {Producer}: a consumer could not be told that it is over ({Reason}).", producer, e.Message);
        }
    }
}

/// <summary>The producing grain's side of a subscription.</summary>
internal sealed class DirectStreamSource(IGrainContextAccessor context, DirectStreamHub hub) : IDirectStreamSource
{
    private readonly GrainId _producer = context.GrainContext.GrainId;
    private readonly SiloAddress _silo = context.GrainContext.Address.SiloAddress!;

    public Task<SiloAddress> SubscribeAsync(Guid handle, IDirectStreamObserver observer)
    {
        hub.Add(_producer, handle, observer);
        return Task.FromResult(_silo);
    }

    public Task UnsubscribeAsync(Guid handle)
    {
        hub.Remove(_producer, handle);
        return Task.CompletedTask;
    }
}
