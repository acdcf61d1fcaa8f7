using Orleans.Concurrency;
using Orleans.Streams;

namespace AvatarGrains.Grains.Streams;

/// <summary>
/// Streams without a queue between producer and consumer: the producer is the grain that the stream's id names (namespace = grain type, key
/// = grain key), and a consumer subscribes at that grain. An item is one message to each consumer, sent at once, and the next follows when
/// it was taken, so order holds and a slow consumer slows its own stream alone. Nothing is kept for who is not there: no items, so a stream is not
/// rewound, and no subscriptions, so none is found again after its process has ended. What it does not do it refuses.
/// </summary>
internal sealed class DirectStreamProvider(string name, IGrainFactory grains, DirectStreamHub hub) : IStreamProvider
{
    public string Name => name;

    public bool IsRewindable => false;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new DirectStream<T>(this, streamId, grains, hub);
}

internal sealed class DirectStream<T>(DirectStreamProvider provider, StreamId id, IGrainFactory grains, DirectStreamHub hub) : IAsyncStream<T>
{
    public bool IsRewindable => false;

    public string ProviderName => provider.Name;

    public StreamId StreamId => id;

    private GrainId Producer => GrainId.Create(id.GetNamespace() ?? "", id.GetKeyAsString());

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public async Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        RefuseToken(token);
        if (filterData is not null)
        {
            throw new NotSupportedException("Direct streams have no filters: a consumer gets every item.");
        }

        var handle = Guid.NewGuid();
        var receiver = new Receiver(observer);
        var reference = grains.CreateObjectReference<IDirectStreamObserver>(receiver);
        var producer = await Source().SubscribeAsync(handle, reference);
        return new Handle(this, handle, receiver, reference, producer);
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => throw Batches();

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token) => throw Batches();

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        RefuseToken(token);
        ArgumentNullException.ThrowIfNull(item);
        return hub.PublishAsync(Producer, item);
    }

    public async Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        foreach (var item in batch)
        {
            await OnNextAsync(item, token);
        }
    }

    public Task OnCompletedAsync() => hub.CloseAsync(Producer);

    public Task OnErrorAsync(Exception ex) => throw new NotSupportedException("Direct streams carry no errors: send what went wrong as an item.");

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() => throw new NotSupportedException(
        "Direct streams keep no handles: a subscription lives in the process that made it, and ends with it. Subscribe again.");

    public bool Equals(IAsyncStream<T>? other) => other is DirectStream<T> && other.ProviderName == ProviderName && other.StreamId.Equals(id);

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : id.CompareTo(other.StreamId);

    private static NotSupportedException Batches() => new("Direct streams deliver single items.");

    private static void RefuseToken(StreamSequenceToken? token)
    {
        if (token is not null)
        {
            throw new NotSupportedException("Direct streams cannot be rewound.");
        }
    }

    private IDirectStreamSource Source() => grains.GetGrain(Producer).AsReference<IDirectStreamSource>();

    private sealed class Receiver(IAsyncObserver<T> observer) : IDirectStreamObserver
    {
        public Task OnNextAsync(Immutable<object> item) => observer.OnNextAsync((T)item.Value);

        public Task OnCompletedAsync() => observer.OnCompletedAsync();
    }

    /// <param name="stream">The stream.</param>
    /// <param name="id">The subscription.</param>
    /// <param name="receiver">Held here, because the runtime holds observers weakly.</param>
    /// <param name="reference">Its address.</param>
    /// <param name="producer">Where the producer is.</param>
    private sealed class Handle(DirectStream<T> stream, Guid id, Receiver receiver, IDirectStreamObserver reference, SiloAddress producer)
        : StreamSubscriptionHandle<T>, IKnowsProducer
    {
        private readonly Receiver _receiver = receiver;

        public override StreamId StreamId => stream.StreamId;

        public override string ProviderName => stream.ProviderName;

        public override Guid HandleId => id;

        public SiloAddress Producer => producer;

        public override async Task UnsubscribeAsync()
        {
            await stream.Source().UnsubscribeAsync(id);
            stream.Forget(reference);
            GC.KeepAlive(_receiver);
        }

        public override async Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
        {
            await UnsubscribeAsync();
            return await stream.SubscribeAsync(observer, token);
        }

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null) =>
            throw Batches();

        public override bool Equals(StreamSubscriptionHandle<T>? other) => other?.HandleId == id;
    }

    private void Forget(IDirectStreamObserver reference) => grains.DeleteObjectReference<IDirectStreamObserver>(reference);
}
