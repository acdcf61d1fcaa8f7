using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Rtcp;

/// <summary>One packet of a compound RTCP datagram (RFC 3550 6.4): a view into it.</summary>
internal readonly ref struct RtcpPacket
{
    public const byte SenderReport = 200;
    public const byte ReceiverReport = 201;
    public const byte SourceDescription = 202;
    public const byte TransportFeedback = 205;
    public const byte PayloadFeedback = 206;

    private RtcpPacket(byte type, byte count, ReadOnlySpan<byte> body)
    {
        Type = type;
        Count = count;
        Body = body;
    }

    public byte Type { get; }

    /// <summary>Report count or feedback message type.</summary>
    public byte Count { get; }

    /// <summary>What follows the four bytes of header.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Takes the next packet off a compound datagram.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> compound, out RtcpPacket packet)
    {
        packet = default;
        if (compound.Length < 4 || compound[0] >> 6 != 2)
        {
            return false;
        }

        var length = 4 + (BinaryPrimitives.ReadUInt16BigEndian(compound[2..]) * 4);
        if (length > compound.Length)
        {
            return false;
        }

        var end = length;
        if ((compound[0] & 0x20) != 0)
        {
            var padding = compound[length - 1];
            if (padding == 0 || padding > length - 4)
            {
                return false;
            }

            end -= padding;
        }

        packet = new RtcpPacket(compound[1], (byte)(compound[0] & 31), compound[4..end]);
        compound = compound[length..];
        return true;
    }
}
