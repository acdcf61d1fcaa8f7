using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace AvatarGrains.Grains.Streams.Queues;

/// <summary>Items of one stream as they lie in a queue.</summary>
[GenerateSerializer, Immutable, Alias("ag.QueuedFeed")]
internal sealed class QueuedFeed(StreamId stream, object[] items) : IBatchContainer
{
    [Id(0)]
    public StreamId StreamId { get; private set; } = stream;

    [Id(1)]
    public object[] Items { get; private set; } = items;

    /// <summary>Its place in the queue; 0 until it was taken out.</summary>
    [Id(2)]
    public long Number { get; set; }

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Number);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        Items.OfType<T>().Select((item, i) => Tuple.Create<T, StreamSequenceToken>(item, new EventSequenceTokenV2(Number, i)));

    /// <summary>Feeds carry no context of a request.</summary>
    public bool ImportRequestContext() => false;
}
