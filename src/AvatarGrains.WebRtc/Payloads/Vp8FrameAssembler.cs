namespace AvatarGrains.WebRtc.Payloads;

/// <summary>Takes one complete VP8 frame. The span is valid only during the call.</summary>
public delegate void Vp8FrameHandler(ReadOnlySpan<byte> frame, bool isKeyFrame, uint timestamp, in Vp8Descriptor descriptor);

/// <summary>
/// Puts VP8 frames together from packets in any order and hands them over in order, from the first key frame on. A frame that misses packets is
/// waited for while it may still come, then passed over; a frame whose key frame is missing is counted and not handed over.
/// </summary>
public sealed class Vp8FrameAssembler
{
    private const int Capacity = 1024;
    private const int MaxFrameBytes = 1 << 20;

    private readonly Vp8FrameHandler _handler;
    private readonly int _patience;
    private readonly Packet[] _packets = new Packet[Capacity];
    private byte[] _frame = new byte[16 * 1024];
    private bool _hasKeyFrame;
    private int _keyTl0;
    private bool _delivered;
    private ushort _lastDelivered;
    private bool _started;
    private ushort _highest;

    /// <param name="handler">Takes the frames.</param>
    /// <param name="patience">Packets that may arrive after a missing one before it is given up; 0 takes no reordering.</param>
    public Vp8FrameAssembler(Vp8FrameHandler handler, int patience = 16)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patience, Capacity / 2);
        _handler = handler;
        _patience = patience;
    }

    /// <summary>Frames handed over.</summary>
    public long Frames { get; private set; }

    public long KeyFrames { get; private set; }

    /// <summary>Complete frames that could not be decoded because their key frame is missing.</summary>
    public long Undecodable { get; private set; }

    /// <summary>True while frames arrive that need a key frame which is not there.</summary>
    public bool NeedsKeyFrame { get; private set; } = true;

    /// <summary>Adds one packet's payload.</summary>
    public void Add(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker)
    {
        if (!Vp8Descriptor.TryParse(payload, out var descriptor, out var size)
            || (_started && (short)(_highest - sequence) >= Capacity)
            || (_delivered && (short)(sequence - _lastDelivered) <= 0))
        {
            return;
        }

        if (!_started || (short)(sequence - _highest) > 0)
        {
            _started = true;
            _highest = sequence;
        }

        ref var packet = ref _packets[sequence & (Capacity - 1)];
        var data = payload[size..];
        if (packet.Data is null || packet.Data.Length < data.Length)
        {
            packet.Data = new byte[Math.Max(1280, data.Length)];
        }

        data.CopyTo(packet.Data);
        packet.Used = true;
        packet.Length = data.Length;
        packet.Sequence = sequence;
        packet.Timestamp = timestamp;
        packet.Marker = marker;
        packet.Descriptor = descriptor;
        if (_delivered)
        {
            DeliverInOrder();
        }
        else
        {
            DeliverFirst(sequence);
        }
    }

    /// <summary>Before anything was handed over: the frame that this packet completes, if it is a key frame.</summary>
    private void DeliverFirst(ushort sequence)
    {
        var first = sequence;
        var timestamp = At(sequence).Timestamp;
        while (!IsStart(first))
        {
            first--;
            if (!Has(first, timestamp) || (ushort)(sequence - first) >= Capacity)
            {
                return;
            }
        }

        if (IsComplete(first, out var last))
        {
            Deliver(first, last);
            DeliverInOrder();
        }
    }

    private void DeliverInOrder()
    {
        while (_delivered)
        {
            var next = (ushort)(_lastDelivered + 1);
            var ahead = (short)(_highest - next);
            if (ahead < 0)
            {
                return;
            }

            if (IsComplete(next, out var last))
            {
                Deliver(next, last);
            }
            else if (ahead < _patience || !PassOver(next))
            {
                return;
            }
        }
    }

    /// <summary>Skips the frame at <paramref name="missing"/> in favour of the next complete one, if there is one.</summary>
    private bool PassOver(ushort missing)
    {
        for (var first = (ushort)(missing + 1); (short)(_highest - first) >= 0; first++)
        {
            if (IsComplete(first, out var last))
            {
                Deliver(first, last);
                return true;
            }
        }

        return false;
    }

    private bool IsComplete(ushort first, out ushort last)
    {
        last = first;
        var timestamp = At(first).Timestamp;
        if (!Has(first, timestamp) || !IsStart(first))
        {
            return false;
        }

        while (!At(last).Marker)
        {
            last++;
            if (!Has(last, timestamp) || (ushort)(last - first) >= Capacity)
            {
                return false;
            }
        }

        return true;
    }

    private void Deliver(ushort first, ushort last)
    {
        var length = 0;
        for (var s = first; s != (ushort)(last + 1); s++)
        {
            ref var packet = ref At(s);
            if (length + packet.Length > MaxFrameBytes)
            {
                _lastDelivered = last;
                return;
            }

            if (_frame.Length < length + packet.Length)
            {
                Array.Resize(ref _frame, Math.Max(_frame.Length * 2, length + packet.Length));
            }

            packet.Data.AsSpan(0, packet.Length).CopyTo(_frame.AsSpan(length));
            length += packet.Length;
            packet.Used = false;
        }

        var head = At(first);
        var isKey = length >= 10 && (_frame[0] & 1) == 0;
        if (!IsDecodable(head.Descriptor, isKey))
        {
            Undecodable++;
            NeedsKeyFrame = true;
            _lastDelivered = last;
            return;
        }

        _delivered = true;
        _lastDelivered = last;
        Frames++;
        KeyFrames += isKey ? 1 : 0;
        _handler(_frame.AsSpan(0, length), isKey, head.Timestamp, head.Descriptor);
    }

    private bool IsDecodable(in Vp8Descriptor descriptor, bool isKey)
    {
        if (isKey)
        {
            _hasKeyFrame = true;
            _keyTl0 = descriptor.Tl0PicIdx;
            NeedsKeyFrame = false;
            return true;
        }

        if (descriptor.TemporalLayer <= 0)
        {
            // A base-layer frame continues the one before it; TL0PICIDX tells whether one was lost.
            var follows = descriptor.Tl0PicIdx < 0 || descriptor.Tl0PicIdx == ((_keyTl0 + 1) & 0xFF);
            _keyTl0 = follows ? descriptor.Tl0PicIdx : _keyTl0;
            return _hasKeyFrame && follows;
        }

        return _hasKeyFrame && (descriptor.Tl0PicIdx < 0 || descriptor.Tl0PicIdx == _keyTl0);
    }

    private ref Packet At(ushort sequence) => ref _packets[sequence & (Capacity - 1)];

    private bool Has(ushort sequence, uint timestamp)
    {
        ref var packet = ref At(sequence);
        return packet.Used && packet.Sequence == sequence && packet.Timestamp == timestamp;
    }

    private bool IsStart(ushort sequence)
    {
        ref var packet = ref At(sequence);
        return packet.Descriptor is { Start: true, Partition: 0 };
    }

    private struct Packet
    {
        public bool Used;
        public byte[]? Data;
        public int Length;
        public ushort Sequence;
        public uint Timestamp;
        public bool Marker;
        public Vp8Descriptor Descriptor;
    }
}
