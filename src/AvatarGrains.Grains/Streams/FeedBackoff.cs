using Orleans.Runtime.Providers;

namespace AvatarGrains.Grains.Streams;

/// <summary>How long a queue or a consumer that failed is left alone: speech does not wait for longer.</summary>
internal sealed class FeedBackoff : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    public TimeSpan Next(int attempt) => First * (1 << Math.Min(attempt, 4));
}
