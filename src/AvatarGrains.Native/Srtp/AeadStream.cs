namespace AvatarGrains.Native.Srtp;

/// <summary>One SSRC of one direction: where its packet counters stand.</summary>
internal sealed class AeadStream(uint ssrc)
{
    private ReplayWindow? _rtp;
    private ReplayWindow? _rtcp;

    public uint Ssrc => ssrc;

    /// <summary>The largest RTP index sent, -1 before the first.</summary>
    public long Sent { get; set; } = -1;

    /// <summary>The next SRTCP index to send; like libsrtp2 from 1 on.</summary>
    public uint NextRtcp { get; set; } = 1;

    /// <summary>RTP indices received.</summary>
    public ReplayWindow Rtp => _rtp ??= new ReplayWindow();

    /// <summary>SRTCP indices received.</summary>
    public ReplayWindow Rtcp => _rtcp ??= new ReplayWindow();

    /// <summary>
    /// The 48-bit index (rollover counter and sequence number) nearest to the largest known one (RFC 3711 section 3.3.1); never before 0.
    /// </summary>
    public static long IndexOf(ushort sequence, long highest)
    {
        var index = highest + (short)(sequence - (ushort)highest);
        return highest < 0 || index < 0 ? sequence : index;
    }
}
