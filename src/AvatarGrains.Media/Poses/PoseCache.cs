namespace AvatarGrains.Media.Poses;

/// <summary>
/// The byte budget over the poses of all views. Poses are kept in a ring; to make room the least recently used of the next few is removed
/// and the others move to the end. That keeps nearly the order of use without any work of the readers. Thread-safe.
/// </summary>
internal sealed class PoseCache(long budget)
{
    private const int Sample = 8;

    private readonly Lock _gate = new();
    private readonly Queue<PoseEntry> _ring = new();
    private long _bytes;
    private int _now;
    private long _evictions;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The time of <see cref="PoseEntry.Touch"/>.</summary>
    public int Now => Volatile.Read(ref _now);

    public long Evictions => Interlocked.Read(ref _evictions);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _ring.Count;
            }
        }
    }

    /// <summary>Puts a pose into its grid and makes room for it.</summary>
    public void Add(PoseEntry entry)
    {
        lock (_gate)
        {
            var grown = entry.Grid.Put(entry);
            entry.Grid.Charged += grown;
            _ring.Enqueue(entry);
            _bytes += entry.Bytes + grown;
            entry.Touch(_now);
            Volatile.Write(ref _now, _now + 1);
            while (_bytes > budget && _ring.Count > 0)
            {
                Evict();
            }
        }
    }

    /// <summary>Forgets all poses of a view.</summary>
    public void Drop(PoseGrid grid)
    {
        lock (_gate)
        {
            for (var left = _ring.Count; left > 0; left--)
            {
                var entry = _ring.Dequeue();
                if (entry.Grid == grid)
                {
                    _bytes -= entry.Bytes;
                }
                else
                {
                    _ring.Enqueue(entry);
                }
            }

            _bytes -= grid.Charged;
            grid.Charged = 0;
        }
    }

    private void Evict()
    {
        var victim = _ring.Dequeue();
        for (var left = Math.Min(Sample - 1, _ring.Count); left > 0; left--)
        {
            var next = _ring.Dequeue();
            if (unchecked(next.LastUse - victim.LastUse) < 0)
            {
                (victim, next) = (next, victim);
            }

            _ring.Enqueue(next);
        }

        var shrunk = victim.Grid.Remove(victim);
        victim.Grid.Charged -= shrunk;
        _bytes -= victim.Bytes + shrunk;
        _evictions++;
    }
}
