using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>The header of a received DATA chunk.</summary>
internal readonly record struct InboundHeader(byte Flags, uint Tsn, ushort Stream, ushort Sequence, uint Ppid)
{
    public const int Size = SctpWire.DataHeader - SctpWire.ChunkHeader;

    public bool IsBegin => (Flags & SctpWire.FlagBegin) != 0;

    public bool IsEnd => (Flags & SctpWire.FlagEnd) != 0;

    public bool IsUnordered => (Flags & SctpWire.FlagUnordered) != 0;

    public static InboundHeader Read(byte flags, ReadOnlySpan<byte> value) => new(
        flags,
        BinaryPrimitives.ReadUInt32BigEndian(value),
        BinaryPrimitives.ReadUInt16BigEndian(value[4..]),
        BinaryPrimitives.ReadUInt16BigEndian(value[6..]),
        BinaryPrimitives.ReadUInt32BigEndian(value[8..]));
}

/// <summary>A chunk received ahead of its turn. One already handed over is kept as a mark without data.</summary>
internal sealed class InboundFragment(InboundHeader header, byte[] data)
{
    public static readonly InboundFragment Delivered = new(default, []);

    public InboundHeader Header => header;

    public byte[] Data => data;
}
