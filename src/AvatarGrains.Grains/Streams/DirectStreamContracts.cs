using Orleans.Concurrency;

namespace AvatarGrains.Grains.Streams;

/// <summary>Receives a direct stream's items on a silo or client.</summary>
[Alias("ag.IDirectStreamObserver")]
internal interface IDirectStreamObserver : IGrainObserver
{
    /// <summary>Takes an item. The producer sends the next one when this returns.</summary>
    [Alias("Next")]
    Task OnNextAsync(Immutable<object> item);

    /// <summary>The producer stops: it has ended, or it goes on elsewhere.</summary>
    [Alias("Done")]
    Task OnCompletedAsync();
}

/// <summary>A subscription that knows where its producer was found.</summary>
internal interface IKnowsProducer
{
    SiloAddress Producer { get; }
}

/// <summary>Lets consumers reach the grain that produces a stream.</summary>
[Alias("ag.IDirectStreamSource")]
internal interface IDirectStreamSource : IGrainExtension
{
    /// <returns>Where the producer is.</returns>
    [Alias("Subscribe"), AlwaysInterleave]
    Task<SiloAddress> SubscribeAsync(Guid handle, IDirectStreamObserver observer);

    [Alias("Unsubscribe"), AlwaysInterleave]
    Task UnsubscribeAsync(Guid handle);
}
