using System.Collections.Concurrent;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace AvatarGrains.Grains.Streams.Queues;

/// <summary>Makes Orleans' persistent streams go through <see cref="ISharedQueues"/>.</summary>
internal sealed class FeedQueueFactory(
    ISharedQueues queues, FeedQueueNames names, Serializer<QueuedFeed> serializer, IStreamSubscriptionManagerAdmin subscriptions, ILogger<FeedQueueFactory> log)
    : IQueueAdapterFactory, IQueueAdapterCache, IQueueAdapter
{
    private readonly ConcurrentDictionary<QueueId, FeedQueueCache> _caches = new();

    public string Name => names.Provider;

    /// <summary>What was taken from the queue is gone; a consumer that missed something gets the session's feed from where it is now.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => names.Mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new FeedFailures(subscriptions.GetStreamSubscriptionManager(StreamSubscriptionManagerType.ExplicitSubscribeOnly), log));

    /// <summary>Called before <see cref="CreateReceiver"/> by the agent that takes over a queue.</summary>
    public IQueueCache CreateQueueCache(QueueId queueId) => _caches[queueId] = new FeedQueueCache(queues.Life, TimeProvider.System);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new FeedQueueReceiver(queues, names.Of(queueId), _caches[queueId], serializer, log);

    public async Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        await queues.AddAsync(names.Of(streamId), serializer.SerializeToArray(new QueuedFeed(streamId, [.. events.Cast<object>()])), CancellationToken.None);
}
