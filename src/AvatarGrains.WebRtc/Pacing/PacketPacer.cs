namespace AvatarGrains.WebRtc.Pacing;

/// <summary>A leaky bucket: an ordinary frame passes at once, a key frame leaves at the configured rate.</summary>
internal sealed class PacketPacer(int bitsPerSecond, int burstBytes)
{
    private long _filledAt = long.MinValue;
    private double _level = burstBytes;

    /// <summary>Takes a packet's bytes from the bucket.</summary>
    /// <returns>False when the packet has to wait until <see cref="NextAt"/>.</returns>
    public bool TryTake(int bytes, long now)
    {
        Fill(now);
        if (_level <= 0)
        {
            return false;
        }

        _level -= bytes;
        return true;
    }

    /// <summary>When the next packet may leave.</summary>
    public long NextAt(long now)
    {
        Fill(now);
        return _level > 0 ? now : now + (long)((1 - _level) * 8_000_000 / bitsPerSecond) + 1;
    }

    private void Fill(long now)
    {
        if (_filledAt == long.MinValue)
        {
            _filledAt = now;
        }

        if (now > _filledAt)
        {
            _level = Math.Min(burstBytes, _level + ((double)(now - _filledAt) * bitsPerSecond / 8_000_000));
            _filledAt = now;
        }
    }
}
