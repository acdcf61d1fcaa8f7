using AvatarGrains.Grains.Configuration;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>How a cluster's feeds travel.</summary>
/// <param name="Transport">How.</param>
/// <param name="Queues">Through what, when they do.</param>
internal sealed record Feeds(FeedTransport Transport, ISharedQueues? Queues = null)
{
    public static Feeds Direct { get; } = new(FeedTransport.Direct);

    public static Feeds Memory { get; } = new(FeedTransport.Memory);

    public static Feeds Through(ISharedQueues queues) => new(FeedTransport.Queue, queues);
}
