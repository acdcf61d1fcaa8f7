namespace AvatarGrains.WebRtc.Rtp;

/// <summary>
/// Relates a stream's RTP timestamps to the caller's time. Sending jitters by a tick; the relation is smoothed, so that sender reports of audio
/// and video agree on one clock.
/// </summary>
internal sealed class RtpClock(int rate)
{
    /// <summary>A jump beyond this is a new timeline, µs.</summary>
    private const long ResetAbove = 500_000;

    private const int Smoothing = 16;

    private bool _started;
    private uint _lastTimestamp;
    private long _unwrapped;
    private long _offset;

    public bool IsStarted => _started;

    /// <summary>Takes note of a packet's timestamp at its time of sending.</summary>
    public void Observe(uint timestamp, long now)
    {
        _unwrapped = _started ? _unwrapped + (int)(timestamp - _lastTimestamp) : timestamp;
        _lastTimestamp = timestamp;
        var offset = ToMicroseconds(_unwrapped) - now;
        var error = offset - _offset;
        _offset = !_started || Math.Abs(error) > ResetAbove ? offset : _offset + (error / Smoothing);
        _started = true;
    }

    /// <summary>The timestamp that belongs to a moment.</summary>
    public uint At(long now) => (uint)(Int128.CreateTruncating(now + _offset) * rate / 1_000_000);

    private long ToMicroseconds(long ticks) => (long)((Int128)ticks * 1_000_000 / rate);
}
