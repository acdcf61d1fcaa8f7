namespace AvatarGrains.WebRtc.Rtp;

/// <summary>
/// The last packets of one stream as they went over the wire, in one byte ring of bounded size: what the pacer sends from and NACK is answered
/// from. Nothing is allocated before the first frame, and nothing per packet.
/// </summary>
internal sealed class PacketHistory(int maxBytes)
{
    private const int FirstBytes = 32 * 1024;
    private const int Step = 4 * 1024;
    private const int FirstPackets = 64;

    private byte[] _bytes = [];
    private Slot[] _slots = [];
    private int _first;
    private int _count;
    private int _writeAt;
    private ushort _firstSequence;

    /// <summary>Bytes held by the ring.</summary>
    public int Capacity => _bytes.Length;

    public int Count => _count;

    /// <summary>Makes room for a frame of so many bytes beside what must not be lost.</summary>
    /// <returns>False when the bound does not allow it.</returns>
    public bool Prepare(int frameBytes, int pendingBytes)
    {
        var wanted = (long)(frameBytes + pendingBytes) * 2;
        if (wanted > maxBytes)
        {
            return false;
        }

        // Steps, not powers of two: every session holds one ring, as large as its largest key frame asks for.
        var capacity = (int)Math.Min(maxBytes, Math.Max(FirstBytes, (wanted + Step - 1) / Step * Step));
        if (capacity > _bytes.Length)
        {
            Grow(capacity);
        }

        return true;
    }

    /// <summary>A buffer for the next packet; older packets that are in the way are forgotten.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_bytes.Length - _writeAt < size)
        {
            // Those behind the write position are the oldest: they go before the ring turns over.
            while (_count > 0 && _slots[_first].Offset >= _writeAt)
            {
                Forget();
            }

            _writeAt = 0;
        }

        while (_count > 0 && _slots[_first].Offset >= _writeAt && _slots[_first].Offset < _writeAt + size)
        {
            Forget();
        }

        return _bytes.AsSpan(_writeAt, size);
    }

    /// <summary>
    /// Keeps the first <paramref name="length"/> bytes reserved as the packet with this sequence number, which follows the one before.
    /// </summary>
    public void Commit(ushort sequence, int length)
    {
        if (_count == _slots.Length)
        {
            GrowSlots();
        }

        if (_count == 0)
        {
            _firstSequence = sequence;
        }

        _slots[(_first + _count) & (_slots.Length - 1)] = new Slot { Offset = _writeAt, Length = length, SentAt = long.MinValue };
        _count++;
        _writeAt += length;
    }

    /// <summary>Finds a packet; empty when it is not known (any more).</summary>
    public ReadOnlySpan<byte> Find(ushort sequence)
    {
        var index = (ushort)(sequence - _firstSequence);
        if (index >= _count)
        {
            return default;
        }

        ref var slot = ref _slots[(_first + index) & (_slots.Length - 1)];
        return _bytes.AsSpan(slot.Offset, slot.Length);
    }

    /// <summary>When a known packet was sent last; <see cref="long.MinValue"/> for never.</summary>
    public ref long SentAt(ushort sequence) => ref _slots[(_first + (ushort)(sequence - _firstSequence)) & (_slots.Length - 1)].SentAt;

    public void Clear()
    {
        _bytes = [];
        _slots = [];
        _first = _count = _writeAt = 0;
    }

    private void Forget()
    {
        _first = (_first + 1) & (_slots.Length - 1);
        _count--;
        _firstSequence++;
    }

    private void Grow(int capacity)
    {
        var bytes = new byte[capacity];
        var at = 0;
        for (var i = 0; i < _count; i++)
        {
            ref var slot = ref _slots[(_first + i) & (_slots.Length - 1)];
            _bytes.AsSpan(slot.Offset, slot.Length).CopyTo(bytes.AsSpan(at));
            slot.Offset = at;
            at += slot.Length;
        }

        _bytes = bytes;
        _writeAt = at;
    }

    private void GrowSlots()
    {
        var slots = new Slot[Math.Max(FirstPackets, _slots.Length * 2)];
        for (var i = 0; i < _count; i++)
        {
            slots[i] = _slots[(_first + i) & (_slots.Length - 1)];
        }

        _slots = slots;
        _first = 0;
    }

    private struct Slot
    {
        public int Offset;
        public int Length;
        public long SentAt;
    }
}
