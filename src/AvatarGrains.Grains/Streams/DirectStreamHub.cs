using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Streams;

/// <summary>The consumers of the streams whose producers live on this silo. Thread-safe.</summary>
internal sealed class DirectStreamHub(ILogger<DirectStreamHub> log)
{
    /// <summary>
    /// How long a producer, and with it the other consumers, waits for one that takes its time: perhaps its silo is lost and nobody knows
    /// yet.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<GrainId, ConcurrentDictionary<Guid, DirectStreamConsumer>> _streams = new();

    public void Add(GrainId producer, Guid handle, IDirectStreamObserver observer) =>
        _streams.GetOrAdd(producer, static _ => new())[handle] = new DirectStreamConsumer(observer, reason => Lose(producer, handle, reason));

    public void Remove(GrainId producer, Guid handle)
    {
        if (_streams.TryGetValue(producer, out var consumers))
        {
            consumers.TryRemove(handle, out _);
        }
    }

    /// <summary>
    /// Sends an item to every consumer, to all at once; returns when each has taken it or is gone, or has had its time: what it was sent
    /// still reaches it, in order.
    /// </summary>
    public async Task PublishAsync(GrainId producer, object item)
    {
        if (_streams.TryGetValue(producer, out var consumers))
        {
            await EachAsync(consumers, consumer => consumer.SendAsync(item));
        }
    }

    /// <summary>The producer stops.</summary>
    public async Task CloseAsync(GrainId producer)
    {
        if (_streams.TryRemove(producer, out var consumers))
        {
            await EachAsync(consumers, static consumer => consumer.CompleteAsync());
        }
    }

    private static async Task EachAsync(ConcurrentDictionary<Guid, DirectStreamConsumer> consumers, Func<DirectStreamConsumer, Task> tell) =>
        await Task.WhenAll(consumers.Select(known => tell(known.Value))).WaitAsync(Patience, TimeProvider.System)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>It must subscribe again.</summary>
    private void Lose(GrainId producer, Guid handle, string reason)
    {
        log.LogInformation("Stream of {Producer}: a consumer is gone ({Reason}).", producer, reason);
        Remove(producer, handle);
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
