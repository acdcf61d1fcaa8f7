using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Bundles chunks into packets of bounded size and hands each full one to the observer.</summary>
internal sealed class SctpPacketWriter(SctpOptions options, ISctpObserver observer)
{
    private readonly byte[] _packet = new byte[options.PacketSize];
    private uint _tag;
    private int _length;

    /// <summary>Bytes free for one more chunk with its header.</summary>
    public int Room => _packet.Length - Math.Max(_length, SctpWire.CommonHeader);

    public bool IsEmpty => _length == 0;

    /// <summary>Adds a chunk; sends what is there first when it does not fit or goes to another tag.</summary>
    /// <returns>The chunk's zeroed value.</returns>
    public Span<byte> Add(uint tag, byte type, byte flags, int valueLength)
    {
        var total = SctpWire.ChunkHeader + valueLength;
        if (_length > 0 && (tag != _tag || SctpWire.Padded(total) > Room))
        {
            Emit();
        }

        if (_length == 0)
        {
            _tag = tag;
            _length = SctpWire.CommonHeader;
        }

        var chunk = _packet.AsSpan(_length, SctpWire.Padded(total));
        chunk.Clear();
        chunk[0] = type;
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)total);
        _length += chunk.Length;
        return chunk.Slice(SctpWire.ChunkHeader, valueLength);
    }

    public void Emit()
    {
        if (_length == 0)
        {
            return;
        }

        var packet = _packet.AsSpan(0, _length);
        BinaryPrimitives.WriteUInt16BigEndian(packet, options.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], options.RemotePort);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], _tag);
        SctpChecksum.Write(packet);
        _length = 0;
        observer.OnPacket(packet);
    }
}
