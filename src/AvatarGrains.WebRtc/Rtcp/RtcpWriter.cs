using System.Buffers.Binary;
using AvatarGrains.WebRtc.Rtp;

namespace AvatarGrains.WebRtc.Rtcp;

/// <summary>Writes the packets of one compound RTCP datagram one after the other.</summary>
internal ref struct RtcpWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public void SenderReport(
        uint ssrc, ulong ntp, uint timestamp, uint packets, uint octets, scoped ReadOnlySpan<ReceiveStatistics> sources, long now)
    {
        var body = Begin(RtcpPacket.SenderReport, sources.Length, 24 + (sources.Length * ReceiveStatistics.BlockSize));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], ntp);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], packets);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], octets);
        Blocks(body[24..], sources, now);
    }

    public void ReceiverReport(uint ssrc, scoped ReadOnlySpan<ReceiveStatistics> sources, long now)
    {
        var body = Begin(RtcpPacket.ReceiverReport, sources.Length, 4 + (sources.Length * ReceiveStatistics.BlockSize));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        Blocks(body[4..], sources, now);
    }

    /// <summary>An SDES chunk with the CNAME that ties the streams to one clock.</summary>
    public void Name(uint ssrc, scoped ReadOnlySpan<byte> cname)
    {
        var size = (4 + 2 + cname.Length + 4) & ~3;
        var body = Begin(RtcpPacket.SourceDescription, 1, size);
        body.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = 1;
        body[5] = (byte)cname.Length;
        cname.CopyTo(body[6..]);
    }

    /// <summary>A generic NACK (RFC 4585 6.2.1) for ascending sequence numbers.</summary>
    public void Nack(uint ssrc, uint media, scoped ReadOnlySpan<ushort> missing)
    {
        Span<uint> items = stackalloc uint[missing.Length];
        var count = 0;
        foreach (var sequence in missing)
        {
            var distance = count == 0 ? 0 : (ushort)(sequence - (items[count - 1] >> 16));
            if (count > 0 && distance is >= 1 and <= 16)
            {
                items[count - 1] |= 1u << (distance - 1);
            }
            else
            {
                items[count++] = (uint)sequence << 16;
            }
        }

        var body = Begin(RtcpPacket.TransportFeedback, 1, 8 + (count * 4));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], media);
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body[(8 + (i * 4))..], items[i]);
        }
    }

    /// <summary>Picture loss indication (RFC 4585 6.3.1).</summary>
    public void PictureLoss(uint ssrc, uint media)
    {
        var body = Begin(RtcpPacket.PayloadFeedback, 1, 8);
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], media);
    }

    private static void Blocks(Span<byte> body, scoped ReadOnlySpan<ReceiveStatistics> sources, long now)
    {
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i].WriteBlock(body[(i * ReceiveStatistics.BlockSize)..], now);
        }
    }

    private Span<byte> Begin(byte type, int count, int bodySize)
    {
        var packet = _buffer.Slice(Length, 4 + bodySize);
        packet[0] = (byte)(0x80 | count);
        packet[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodySize / 4));
        Length += packet.Length;
        return packet[4..];
    }
}
