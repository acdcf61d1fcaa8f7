using AvatarGrains.Grains.Streams.Queues;
using AvatarGrains.Conformance.Time;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace AvatarGrains.Grains.Tests;

public sealed class FeedQueueCacheTests
{
    private static readonly StreamId One = StreamId.Create("session", "one");
    private static readonly StreamId Other = StreamId.Create("session", "other");

    private readonly ManualTimeProvider _time = new();
    private readonly FeedQueueCache _cache;

    public FeedQueueCacheTests() => _cache = new FeedQueueCache(TimeSpan.FromSeconds(5), _time);

    [Fact]
    public void Consumer_that_joins_gets_what_is_still_here_of_its_stream_and_then_what_comes()
    {
        Add(One, 1);
        Add(Other, 2);
        Add(One, 3);
        var cursor = _cache.GetCacheCursor(One, null);
        Assert.Equal([1, 3], Read(cursor));
        Assert.Empty(Read(cursor));
        Add(Other, 4);
        Add(One, 5);
        Assert.Equal([5], Read(cursor));
        Assert.Equal([2, 4], Read(_cache.GetCacheCursor(Other, null)));
    }

    [Fact]
    public void Consumer_whose_place_is_known_begins_there()
    {
        Add(One, 1);
        Add(One, 3);
        Add(One, 5);
        Assert.Equal([3, 5], Read(_cache.GetCacheCursor(One, new EventSequenceTokenV2(2))));
        Assert.Equal([3, 5], Read(_cache.GetCacheCursor(One, new EventSequenceTokenV2(3))));
    }

    [Fact]
    public void Items_are_kept_for_their_life_and_a_slow_consumer_goes_on_after_them()
    {
        Add(One, 1);
        Add(One, 2);
        var slow = _cache.GetCacheCursor(One, null);
        Assert.True(slow.MoveNext());
        _time.Advance(TimeSpan.FromSeconds(3));
        Add(One, 3);
        Assert.False(_cache.TryPurgeFromCache(out _));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_cache.TryPurgeFromCache(out var purged));
        Assert.Equal(2, purged!.Count);
        Assert.Equal([3], Read(slow));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_cache.TryPurgeFromCache(out _));
        Assert.Empty(Read(slow));
        Add(One, 4);
        Assert.Equal([4], Read(slow));
    }

    private void Add(StreamId stream, long number) => _cache.AddToCache([new QueuedFeed(stream, [number]) { Number = number }]);

    private static List<long> Read(IQueueCacheCursor cursor)
    {
        List<long> read = [];
        while (cursor.MoveNext())
        {
            read.AddRange(cursor.GetCurrent(out _).GetEvents<long>().Select(e => e.Item1));
        }

        return read;
    }
}
