namespace AvatarGrains.WebRtc.Ice;

/// <summary>Numbers of STUN (RFC 8489) and of its use by ICE (RFC 8445).</summary>
internal static class Stun
{
    public const uint MagicCookie = 0x2112A442;
    public const uint FingerprintMask = 0x5354554E;
    public const int HeaderSize = 20;
    public const int TransactionIdSize = 12;

    /// <summary>Largest message read; ICE checks are about 100 bytes.</summary>
    public const int MaxSize = 1280;

    public const ushort BindingRequest = 0x0001;
    public const ushort BindingSuccess = 0x0101;

    public const ushort Username = 0x0006;
    public const ushort MessageIntegrity = 0x0008;
    public const ushort ErrorCode = 0x0009;
    public const ushort XorMappedAddress = 0x0020;
    public const ushort Priority = 0x0024;
    public const ushort UseCandidate = 0x0025;
    public const ushort Fingerprint = 0x8028;
    public const ushort IceControlling = 0x802A;

    /// <summary>True for what RFC 7983 sends to the STUN machine.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> datagram) => datagram.Length >= HeaderSize && datagram[0] < 4;
}
