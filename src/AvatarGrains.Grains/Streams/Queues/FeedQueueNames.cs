using System.Globalization;
using Orleans.Configuration;
using Orleans.Streams;

namespace AvatarGrains.Grains.Streams.Queues;

/// <summary>Which stream goes through which queue, and what that is called where all clusters' queues are.</summary>
internal sealed class FeedQueueNames(string provider, string cluster, HashRingStreamQueueMapperOptions options)
{
    public string Provider => provider;

    public HashRingBasedStreamQueueMapper Mapper { get; } = new(options, provider);

    public string Of(StreamId stream) => Of(Mapper.GetQueueForStream(stream));

    public string Of(QueueId queue) => $"{cluster}/{provider}/{queue.GetNumericId().ToString(CultureInfo.InvariantCulture)}";
}
