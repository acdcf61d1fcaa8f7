using System.Diagnostics.CodeAnalysis;
using Orleans.Streams;

namespace AvatarGrains.Grains.Streams.Queues;

/// <summary>
/// What was taken from a queue, by stream, until its life is over. A consumer that cannot keep up loses its place instead of holding up the others, and one that joins a stream that is being
/// spoken on gets what is still here, so that nothing falls between its subscription and its first item. Used by one agent at a time.
/// </summary>
internal sealed class FeedQueueCache(TimeSpan life, TimeProvider time) : IQueueCache
{
    private const int MostAtOnce = 256;

    private readonly Queue<(Entry Entry, DateTimeOffset At)> _ages = new();
    private readonly Dictionary<StreamId, LinkedList<Entry>> _streams = [];
    private readonly HashSet<Cursor> _cursors = [];
    private long _last;

    /// <summary>A consumer has not got everything yet.</summary>
    public bool IsOwing => _cursors.Any(static cursor => cursor.Next() is not null);

    public int GetMaxAddCount() => MostAtOnce;

    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var message in messages)
        {
            if (!_streams.TryGetValue(message.StreamId, out var entries))
            {
                _streams[message.StreamId] = entries = new();
            }

            var entry = new Entry(++_last, message);
            entries.AddLast(entry);
            _ages.Enqueue((entry, time.GetUtcNow()));
        }
    }

    public bool TryPurgeFromCache([NotNullWhen(true)] out IList<IBatchContainer>? purgedItems)
    {
        purgedItems = null;
        while (_ages.TryPeek(out var oldest) && time.GetUtcNow() - oldest.At >= life)
        {
            _ages.Dequeue();
            var entries = _streams[oldest.Entry.Batch.StreamId];
            entries.RemoveFirst();
            if (entries.Count == 0)
            {
                _streams.Remove(oldest.Entry.Batch.StreamId);
            }

            (purgedItems ??= []).Add(oldest.Entry.Batch);
        }

        return purgedItems is not null;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var cursor = new Cursor(this, streamId, token);
        _cursors.Add(cursor);
        return cursor;
    }

    private sealed record Entry(long Place, IBatchContainer Batch);

    /// <param name="cache">Where it reads.</param>
    /// <param name="stream">What.</param>
    /// <param name="from">Items before this one are passed over; null for none.</param>
    private sealed class Cursor(FeedQueueCache cache, StreamId stream, StreamSequenceToken? from) : IQueueCacheCursor
    {
        private LinkedListNode<Entry>? _at;
        private long _place;

        public IBatchContainer GetCurrent(out Exception? exception)
        {
            exception = null;
            return _at!.Value.Batch;
        }

        public bool MoveNext()
        {
            if (Next() is not { } next)
            {
                return false;
            }

            (_at, _place) = (next, next.Value.Place);
            return true;
        }

        public LinkedListNode<Entry>? Next()
        {
            var next = _at is { List: not null } ? _at.Next : cache._streams.GetValueOrDefault(stream)?.First;
            while (next is not null && (next.Value.Place <= _place || next.Value.Batch.SequenceToken.CompareTo(from) < 0))
            {
                next = next.Next;
            }

            return next;
        }

        public void Refresh(StreamSequenceToken token)
        {
            // It looks for the next item each time, so there is nothing to refresh.
        }

        public void RecordDeliveryFailure()
        {
            // The consumer's, not the item's: others get it all the same.
        }

        public void Dispose()
        {
            _at = null;
            cache._cursors.Remove(this);
        }
    }
}
