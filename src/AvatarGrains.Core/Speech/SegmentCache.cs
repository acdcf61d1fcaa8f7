namespace AvatarGrains.Core.Speech;

/// <summary>Encoded segments, shared by all sessions: the most recently used ones up to a number of bytes. Thread-safe.</summary>
internal sealed class SegmentCache(long capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SegmentKey, LinkedListNode<(SegmentKey Key, SharedSegment Segment)>> _entries = [];
    private readonly LinkedList<(SegmentKey Key, SharedSegment Segment)> _recent = new();
    private long _size;

    /// <summary>Bytes of the whole segments kept.</summary>
    public long Size
    {
        get
        {
            lock (_gate)
            {
                return _size;
            }
        }
    }

    /// <summary>Joins the segment of a key, or makes a new one that the caller must fill.</summary>
    public (SharedSegment Segment, bool IsNew) Join(in SegmentKey key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node) && node.Value.Segment.TryJoin())
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
                return (node.Value.Segment, false);
            }

            var segment = new SharedSegment();
            _ = segment.TryJoin();
            if (node is not null)
            {
                _recent.Remove(node);
            }

            _entries[key] = _recent.AddFirst((key, segment));
            return (segment, true);
        }
    }

    /// <summary>A segment is whole: from now on its bytes count.</summary>
    public void Completed(in SegmentKey key, SharedSegment segment)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node) || node.Value.Segment != segment)
            {
                return;
            }

            _size += segment.Size;
            segment.Counted = true;
            for (var last = _recent.Last; _size > capacity && last is not null;)
            {
                var previous = last.Previous;
                if (last.Value.Segment.Counted)
                {
                    _size -= last.Value.Segment.Size;
                    Drop(last);
                }

                last = previous;
            }
        }
    }

    /// <summary>A segment will never be whole.</summary>
    public void Failed(in SegmentKey key, SharedSegment segment)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node) && node.Value.Segment == segment)
            {
                Drop(node);
            }
        }
    }

    private void Drop(LinkedListNode<(SegmentKey Key, SharedSegment Segment)> node)
    {
        _ = _entries.Remove(node.Value.Key);
        _recent.Remove(node);
    }
}
