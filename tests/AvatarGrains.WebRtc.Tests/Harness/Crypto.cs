using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>The real DTLS and SRTP, or a skipped test where their libraries are absent.</summary>
internal static class Crypto
{
    private static readonly Lazy<(IDtlsFactory Dtls, ISrtpFactory Srtp)?> Real = new(Load);

    public static (IDtlsFactory Dtls, ISrtpFactory Srtp) Require()
    {
        Assert.SkipUnless(Real.Value is not null, "libssl or libsrtp2 is not installed");
        return Real.Value!.Value;
    }

    private static (IDtlsFactory, ISrtpFactory)? Load()
    {
        try
        {
            return (new OpenSslDtlsFactory(TimeProvider.System), new SrtpFactory());
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }
}
