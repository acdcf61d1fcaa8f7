using System.Buffers.Binary;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>
/// Datagrams in one growing buffer, first in, first out. Datagrams beyond the limit are dropped, as on a network. Once it is empty, a buffer that
/// had to grow is given back: what a handshake takes is not held as long as the connection.
/// </summary>
internal sealed class DatagramQueue(int limit)
{
    private const int Prefix = 2;
    private const int Kept = 2048;
    private byte[] _buffer = [];
    private int _head;
    private int _tail;

    public void Enqueue(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > ushort.MaxValue || !Reserve(Prefix + datagram.Length))
        {
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_tail), (ushort)datagram.Length);
        datagram.CopyTo(_buffer.AsSpan(_tail + Prefix));
        _tail += Prefix + datagram.Length;
    }

    /// <returns>The datagram's length, cut to what fits; 0 when there is none.</returns>
    public int Dequeue(Span<byte> datagram)
    {
        if (_head == _tail)
        {
            return 0;
        }

        int stored = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_head));
        var length = Math.Min(stored, datagram.Length);
        _buffer.AsSpan(_head + Prefix, length).CopyTo(datagram);
        _head += Prefix + stored;
        if (_head == _tail)
        {
            Clear();
        }

        return length;
    }

    public void Clear()
    {
        _head = _tail = 0;
        if (_buffer.Length > Kept)
        {
            _buffer = [];
        }
    }

    /// <summary>Copies every datagram to another queue and keeps them.</summary>
    public void CopyTo(DatagramQueue other)
    {
        for (var at = _head; at < _tail;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(at));
            other.Enqueue(_buffer.AsSpan(at + Prefix, length));
            at += Prefix + length;
        }
    }

    private bool Reserve(int size)
    {
        if (_tail + size <= _buffer.Length)
        {
            return true;
        }

        var used = _tail - _head;
        if (used + size > limit)
        {
            return false;
        }

        var target = used + size <= _buffer.Length ? _buffer : new byte[used + size <= Kept ? Kept : Math.Min(limit, 2 * (used + size))];
        _buffer.AsSpan(_head, used).CopyTo(target);
        _buffer = target;
        (_head, _tail) = (0, used);
        return true;
    }
}
