using System.Buffers.Binary;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Srtp;

/// <summary>SRTP and SRTCP under AES-GCM (RFC 7714): the packet's layout and counters are here, the cipher is libcrypto's.</summary>
internal sealed class AeadSrtpSession(AeadDirection outbound, AeadDirection inbound) : ISrtpSession
{
    private const int RtpHeader = 12;
    private const int RtcpHeader = 8;
    private const int IndexBytes = 4;
    private const int Tag = AesGcmCipher.TagBytes;
    private const uint Encrypted = 0x8000_0000;

    public int ProtectRtp(Span<byte> packet, int length)
    {
        if (length > packet.Length - Tag - IndexBytes || HeaderOf(packet, length) is not (> 0 and var header))
        {
            return 0;
        }

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        if (StreamTo(ssrc) is not { } stream)
        {
            return 0;
        }

        var index = AeadStream.IndexOf(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), stream.Sent);
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceBytes];
        outbound.RtpNonce(nonce, ssrc, index);
        if (!outbound.Rtp.Seal(nonce, packet[..header], default, packet[header..length], packet.Slice(length, Tag)))
        {
            return 0;
        }

        stream.Sent = Math.Max(stream.Sent, index);
        return length + Tag;
    }

    public int UnprotectRtp(Span<byte> packet, int length)
    {
        if (length > packet.Length || HeaderOf(packet, length - Tag) is not (> 0 and var header))
        {
            return 0;
        }

        var plain = length - Tag;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        var known = inbound.Find(ssrc);
        var index = AeadStream.IndexOf(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), known?.Rtp.Highest ?? -1);
        if (known is not null && !known.Rtp.IsFresh(index))
        {
            return 0;
        }

        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceBytes];
        inbound.RtpNonce(nonce, ssrc, index);
        if (!inbound.Rtp.Open(nonce, packet[..header], default, packet[header..plain], packet.Slice(plain, Tag))
            || StreamFrom(known, ssrc) is not { } stream)
        {
            return 0;
        }

        stream.Rtp.Mark(index);
        return plain;
    }

    public int ProtectRtcp(Span<byte> packet, int length)
    {
        if (length < RtcpHeader || length > packet.Length - Tag - IndexBytes)
        {
            return 0;
        }

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        if (StreamTo(ssrc) is not { NextRtcp: < Encrypted } stream)
        {
            return 0;
        }

        var word = packet.Slice(length + Tag, IndexBytes);
        BinaryPrimitives.WriteUInt32BigEndian(word, stream.NextRtcp | Encrypted);
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceBytes];
        outbound.RtcpNonce(nonce, ssrc, stream.NextRtcp);
        if (!outbound.Rtcp.Seal(nonce, packet[..RtcpHeader], word, packet[RtcpHeader..length], packet.Slice(length, Tag)))
        {
            return 0;
        }

        stream.NextRtcp++;
        return length + Tag + IndexBytes;
    }

    public int UnprotectRtcp(Span<byte> packet, int length)
    {
        var plain = length - Tag - IndexBytes;
        if (length > packet.Length || plain < RtcpHeader)
        {
            return 0;
        }

        var word = packet.Slice(length - IndexBytes, IndexBytes);
        var value = BinaryPrimitives.ReadUInt32BigEndian(word);
        var index = value & ~Encrypted;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var known = inbound.Find(ssrc);
        if (known is not null && !known.Rtcp.IsFresh(index))
        {
            return 0;
        }

        // What was sent in the clear is authenticated as a whole (RFC 7714 section 9.3).
        var clear = (value & Encrypted) == 0 ? plain : RtcpHeader;
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceBytes];
        inbound.RtcpNonce(nonce, ssrc, index);
        if (!inbound.Rtcp.Open(nonce, packet[..clear], word, packet[clear..plain], packet.Slice(plain, Tag))
            || StreamFrom(known, ssrc) is not { } stream)
        {
            return 0;
        }

        stream.Rtcp.Mark(index);
        return plain;
    }

    public void Dispose()
    {
        outbound.Dispose();
        inbound.Dispose();
    }

    /// <summary>Length of the RTP header with sources and extension (RFC 3550 section 5.1), or 0 when it does not fit.</summary>
    private static int HeaderOf(ReadOnlySpan<byte> packet, int length)
    {
        if (length < RtpHeader)
        {
            return 0;
        }

        var header = RtpHeader + ((packet[0] & 0x0F) * 4);
        if ((packet[0] & 0x10) != 0)
        {
            header += 4;
            if (header > length)
            {
                return 0;
            }

            header += BinaryPrimitives.ReadUInt16BigEndian(packet[(header - 2)..]) * 4;
        }

        return header <= length ? header : 0;
    }

    private AeadStream? StreamTo(uint ssrc) => outbound.Find(ssrc) ?? Added(outbound, ssrc);

    private AeadStream? StreamFrom(AeadStream? known, uint ssrc) => known ?? Added(inbound, ssrc);

    private static AeadStream? Added(AeadDirection direction, uint ssrc)
    {
        var stream = new AeadStream(ssrc);
        return direction.Keep(stream) ? stream : null;
    }
}
