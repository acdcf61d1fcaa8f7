using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Srtp;

internal sealed unsafe class LibSrtpSession(SrtpHandle outbound, SrtpHandle inbound) : ISrtpSession
{
    private const int RtpHeader = 12;
    private const int RtcpHeader = 8;

    /// <summary>The longest tag (16) and, for SRTCP, the index (4).</summary>
    private const int Trailer = 16 + 4;

    public int ProtectRtp(Span<byte> packet, int length)
    {
        if (length < RtpHeader || length > packet.Length - Trailer)
        {
            return 0;
        }

        fixed (byte* data = packet)
        {
            return NativeSrtp.srtp_protect(outbound, data, ref length) == NativeSrtp.Ok ? length : 0;
        }
    }

    public int ProtectRtcp(Span<byte> packet, int length)
    {
        if (length < RtcpHeader || length > packet.Length - Trailer)
        {
            return 0;
        }

        fixed (byte* data = packet)
        {
            return NativeSrtp.srtp_protect_rtcp(outbound, data, ref length) == NativeSrtp.Ok ? length : 0;
        }
    }

    public int UnprotectRtp(Span<byte> packet, int length)
    {
        if (length < RtpHeader || length > packet.Length)
        {
            return 0;
        }

        fixed (byte* data = packet)
        {
            return NativeSrtp.srtp_unprotect(inbound, data, ref length) == NativeSrtp.Ok ? length : 0;
        }
    }

    public int UnprotectRtcp(Span<byte> packet, int length)
    {
        if (length < RtcpHeader || length > packet.Length)
        {
            return 0;
        }

        fixed (byte* data = packet)
        {
            return NativeSrtp.srtp_unprotect_rtcp(inbound, data, ref length) == NativeSrtp.Ok ? length : 0;
        }
    }

    public void Dispose()
    {
        outbound.Dispose();
        inbound.Dispose();
    }
}
