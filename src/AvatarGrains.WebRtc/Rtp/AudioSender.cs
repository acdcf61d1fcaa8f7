using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Rtp;

/// <summary>Sends Opus: one packet per RTP packet (RFC 7587), at once.</summary>
internal sealed class AudioSender(PeerTransport transport, RtpOutput output, PeerStats stats)
{
    /// <summary>The longest Opus frame of one stream is 1275 bytes.</summary>
    private const int MaxPacket = 1276;

    public RtpOutput Output => output;

    public bool Send(ReadOnlySpan<byte> opus, uint timestamp, long now)
    {
        if (opus.Length is 0 or > MaxPacket)
        {
            return false;
        }

        var length = RtpHeader.Size + opus.Length;
        var packet = transport.Rent(length);
        output.Next(timestamp, marker: output.Packets == 0).Write(packet);
        opus.CopyTo(packet[RtpHeader.Size..]);
        if (!transport.CommitRtp(packet, length))
        {
            return false;
        }

        output.Observe(timestamp, now);
        output.Sent(opus.Length);
        stats.AudioPacketsSent++;
        return true;
    }
}
