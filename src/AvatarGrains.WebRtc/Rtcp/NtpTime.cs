namespace AvatarGrains.WebRtc.Rtcp;

/// <summary>NTP timestamps (RFC 3550 4) from microseconds of Unix time.</summary>
internal static class NtpTime
{
    private const long SecondsFrom1900 = 2_208_988_800;

    public static ulong FromUnix(long microseconds)
    {
        var (seconds, rest) = Math.DivRem(microseconds, 1_000_000);
        return ((ulong)(seconds + SecondsFrom1900) << 32) | (((ulong)rest << 32) / 1_000_000);
    }

    /// <summary>The middle 32 bits: seconds and fractions in 1/65536.</summary>
    public static uint Middle(ulong ntp) => (uint)(ntp >> 16);
}
