using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace AvatarGrains.Grains.Streams.Queues;

/// <summary>A consumer that cannot be reached loses its subscription, as it would with direct streams; it has been told if it lives, and subscribes anew.</summary>
internal sealed class FeedFailures(IStreamSubscriptionManager subscriptions, ILogger log) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        RemoveAsync(subscriptionId, streamProviderName, streamIdentity);

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        RemoveAsync(subscriptionId, streamProviderName, streamIdentity);

    private async Task RemoveAsync(GuidId subscription, string provider, StreamId stream)
    {
        log.LogInformation("Stream {Stream}: a consumer is gone.", stream);
        await subscriptions.RemoveSubscription(provider, stream, subscription.Guid);
    }
}
