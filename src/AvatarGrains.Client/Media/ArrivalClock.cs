namespace AvatarGrains.Client.Media;

/// <summary>
/// How late packets are against their own media clock. The packet that travelled fastest marks time zero; any other is late by how much
/// longer it travelled. The mark is the least of the last one to two windows, so that clocks that drift apart do not add up to lateness.
/// </summary>
/// <param name="rate">RTP ticks per second.</param>
public sealed class ArrivalClock(int rate)
{
    private const long Window = 30_000_000;

    private long _unwrapped;
    private uint _last;
    private bool _started;
    private long _windowEnds;
    private long _least = long.MaxValue;
    private long _leastBefore = long.MaxValue;

    /// <summary>Takes a packet.</summary>
    /// <param name="timestamp">Its RTP timestamp.</param>
    /// <param name="arrival">When it arrived, µs of any clock.</param>
    /// <returns>How late it is, µs ≥ 0.</returns>
    public long Take(uint timestamp, long arrival)
    {
        if (!_started)
        {
            _started = true;
            _windowEnds = arrival + Window;
        }
        else
        {
            _unwrapped += (int)(timestamp - _last);
        }

        _last = timestamp;
        var transit = arrival - MediaTime;
        if (arrival >= _windowEnds)
        {
            _windowEnds = arrival + Window;
            _leastBefore = _least;
            _least = transit;
        }

        _least = Math.Min(_least, transit);
        return transit - Math.Min(_least, _leastBefore);
    }

    /// <summary>Media time of the last packet since the first, µs.</summary>
    public long MediaTime => (long)((Int128)_unwrapped * 1_000_000 / rate);
}
