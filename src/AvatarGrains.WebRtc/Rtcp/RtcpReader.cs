using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Rtcp;

/// <summary>Reads compound and reduced-size RTCP. What is malformed is skipped together with the rest of its datagram.</summary>
internal static class RtcpReader
{
    private const int BlockSize = 24;

    /// <returns>False when something in the datagram was malformed.</returns>
    public static bool Read(ReadOnlySpan<byte> compound, IRtcpSink sink)
    {
        while (!compound.IsEmpty)
        {
            if (!RtcpPacket.TryTake(ref compound, out var packet))
            {
                return false;
            }

            var good = packet.Type switch
            {
                RtcpPacket.SenderReport => ReadSenderReport(packet, sink),
                RtcpPacket.ReceiverReport => packet.Body.Length >= 4 && ReadBlocks(packet.Body[4..], packet.Count, sink),
                RtcpPacket.TransportFeedback => ReadTransportFeedback(packet, sink),
                RtcpPacket.PayloadFeedback => ReadPayloadFeedback(packet, sink),
                _ => true,
            };
            if (!good)
            {
                return false;
            }
        }

        return true;
    }

    private static bool ReadSenderReport(in RtcpPacket packet, IRtcpSink sink)
    {
        if (packet.Body.Length < 24)
        {
            return false;
        }

        sink.OnSenderReport(
            BinaryPrimitives.ReadUInt32BigEndian(packet.Body),
            BinaryPrimitives.ReadUInt64BigEndian(packet.Body[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet.Body[12..]));
        return ReadBlocks(packet.Body[24..], packet.Count, sink);
    }

    private static bool ReadBlocks(ReadOnlySpan<byte> blocks, int count, IRtcpSink sink)
    {
        if (blocks.Length < count * BlockSize)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            var block = blocks.Slice(i * BlockSize, BlockSize);
            var lost = BinaryPrimitives.ReadUInt32BigEndian(block[4..]);
            sink.OnReportBlock(
                BinaryPrimitives.ReadUInt32BigEndian(block),
                (byte)(lost >> 24),
                (int)(lost << 8) >> 8,
                BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
                BinaryPrimitives.ReadUInt32BigEndian(block[20..]));
        }

        return true;
    }

    private static bool ReadTransportFeedback(in RtcpPacket packet, IRtcpSink sink)
    {
        if (packet.Body.Length < 8)
        {
            return false;
        }

        if (packet.Count == 15)
        {
            return ReadTransportWide(packet.Body[8..], sink);
        }

        if (packet.Count != 1)
        {
            return true;
        }

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet.Body[4..]);
        for (var items = packet.Body[8..]; items.Length >= 4; items = items[4..])
        {
            var sequence = BinaryPrimitives.ReadUInt16BigEndian(items);
            var mask = BinaryPrimitives.ReadUInt16BigEndian(items[2..]);
            sink.OnNack(ssrc, sequence);
            for (var bit = 0; bit < 16; bit++)
            {
                if ((mask & (1 << bit)) != 0)
                {
                    sink.OnNack(ssrc, (ushort)(sequence + bit + 1));
                }
            }
        }

        return true;
    }

    private static bool ReadPayloadFeedback(in RtcpPacket packet, IRtcpSink sink)
    {
        if (packet.Body.Length < 8)
        {
            return false;
        }

        switch (packet.Count)
        {
            case 1:
                sink.OnKeyFrameWanted(BinaryPrimitives.ReadUInt32BigEndian(packet.Body[4..]));
                return true;
            case 4:
                for (var items = packet.Body[8..]; items.Length >= 8; items = items[8..])
                {
                    sink.OnKeyFrameWanted(BinaryPrimitives.ReadUInt32BigEndian(items));
                }

                return true;
            case 15:
                return ReadBandwidth(packet.Body[8..], sink);
            default:
                return true;
        }
    }

    /// <summary>REMB (draft-alvestrand-rmcat-remb-03): an exponent of 6 and a mantissa of 18 bits.</summary>
    private static bool ReadBandwidth(ReadOnlySpan<byte> body, IRtcpSink sink)
    {
        if (body.Length < 8 || !body.StartsWith("REMB"u8))
        {
            return true;
        }

        var packed = BinaryPrimitives.ReadUInt32BigEndian(body[4..]) & 0xFF_FFFF;
        var exponent = (int)(packed >> 18);
        if (exponent <= 44)
        {
            sink.OnBandwidthEstimate((long)(packed & 0x3_FFFF) << exponent);
        }

        return true;
    }

    /// <summary>
    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): counts the packets reported and those not received.
    /// </summary>
    private static bool ReadTransportWide(ReadOnlySpan<byte> body, IRtcpSink sink)
    {
        if (body.Length < 8)
        {
            return false;
        }

        var total = (int)BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
        var left = total;
        var lost = 0;
        for (var chunks = body[8..]; left > 0; chunks = chunks[2..])
        {
            if (chunks.Length < 2)
            {
                return false;
            }

            var chunk = BinaryPrimitives.ReadUInt16BigEndian(chunks);
            if ((chunk & 0x8000) == 0)
            {
                var run = Math.Min(left, chunk & 0x1FFF);
                lost += ((chunk >> 13) & 3) == 0 ? run : 0;
                left -= Math.Max(1, run);
                continue;
            }

            var wide = (chunk & 0x4000) != 0;
            for (var i = 0; i < (wide ? 7 : 14) && left > 0; i++, left--)
            {
                var symbol = wide ? (chunk >> (12 - (2 * i))) & 3 : (chunk >> (13 - i)) & 1;
                lost += symbol == 0 ? 1 : 0;
            }
        }

        sink.OnTransportFeedback(total, lost);
        return true;
    }
}
