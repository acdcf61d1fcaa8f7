using AvatarGrains.WebRtc.Payloads;

namespace AvatarGrains.Client.Media;

/// <summary>What arrived of a VP8 stream, by packet and by frame.</summary>
public sealed class VideoReception
{
    /// <summary>90 kHz ticks of one frame of 25 a second.</summary>
    public const int FrameTicks = 3600;

    private readonly ArrivalClock _clock = new(90_000);
    private uint _timestamp;
    private bool _open;
    private bool _whole;
    private bool _key;
    private uint _lastTimestamp;
    private long _lastAt = -1;

    public SequenceCheck Sequence { get; } = new();

    public long Packets { get; private set; }

    /// <summary>Frames all of whose packets came in order.</summary>
    public long Frames { get; private set; }

    public long KeyFrames { get; private set; }

    /// <summary>Frames with packets missing or out of order.</summary>
    public long Broken { get; private set; }

    /// <summary>Frame times that passed without a frame: the distance of two timestamps is more than one frame.</summary>
    public long Missing { get; private set; }

    /// <summary>Takes a packet.</summary>
    /// <param name="payload">VP8 payload descriptor and data.</param>
    /// <param name="sequence">Of the packet.</param>
    /// <param name="timestamp">90 kHz ticks.</param>
    /// <param name="marker">Last packet of the frame.</param>
    /// <param name="arrival">µs.</param>
    /// <param name="frame">The frame it completes.</param>
    /// <returns>True when it completes a frame.</returns>
    public bool Take(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker, long arrival, out FrameArrival frame)
    {
        frame = default;
        Packets++;
        var gap = Sequence.Take(sequence);
        if (gap < 0 || !Vp8Descriptor.TryParse(payload, out var descriptor, out var size))
        {
            return false;
        }

        if (!_open || timestamp != _timestamp)
        {
            Broken += _open ? 1 : 0;
            _open = true;
            _timestamp = timestamp;
            _whole = descriptor.Start && descriptor.Partition == 0;
            _key = _whole && payload.Length > size && (payload[size] & 1) == 0;
        }
        else
        {
            _whole &= gap == 0;
        }

        if (!marker)
        {
            return false;
        }

        _open = false;
        var late = _clock.Take(timestamp, arrival);
        if (!_whole)
        {
            Broken++;
            return false;
        }

        frame = Complete(timestamp, arrival, late);
        return true;
    }

    private FrameArrival Complete(uint timestamp, long arrival, long late)
    {
        Frames++;
        KeyFrames += _key ? 1 : 0;
        var jitter = 0L;
        if (_lastAt >= 0)
        {
            var ticks = (int)(timestamp - _lastTimestamp);
            jitter = Math.Abs(arrival - _lastAt - (ticks * 100L / 9));
            Missing += Math.Max(0, ((ticks + (FrameTicks / 4)) / FrameTicks) - 1);
        }

        _lastAt = arrival;
        _lastTimestamp = timestamp;
        return new FrameArrival(arrival, timestamp, late, jitter, _key);
    }
}
