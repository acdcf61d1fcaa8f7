using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Srtp;

/// <summary>libsrtp 2.x, whose policy layout is the same from 2.1 on.</summary>
internal static unsafe partial class NativeSrtp
{
    public const int Ok = 0;
    public const int AnyInbound = 2;
    public const int AnyOutbound = 3;

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_init();

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_create(out SrtpHandle session, in Policy policy);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_dealloc(nint session);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_protect(SrtpHandle session, byte* packet, ref int length);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_protect_rtcp(SrtpHandle session, byte* packet, ref int length);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_unprotect(SrtpHandle session, byte* packet, ref int length);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial int srtp_unprotect_rtcp(SrtpHandle session, byte* packet, ref int length);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial void srtp_crypto_policy_set_rtp_default(ref CryptoPolicy policy);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial void srtp_crypto_policy_set_aes_gcm_128_16_auth(ref CryptoPolicy policy);

    [LibraryImport(NativeNames.Srtp2)]
    public static partial void srtp_crypto_policy_set_aes_gcm_256_16_auth(ref CryptoPolicy policy);

    /// <summary>srtp_crypto_policy_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CryptoPolicy
    {
        public uint CipherType;
        public int CipherKeyLength;
        public uint AuthType;
        public int AuthKeyLength;
        public int AuthTagLength;
        public int Services;
    }

    /// <summary>srtp_policy_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Policy
    {
        public int SsrcType;
        public uint Ssrc;
        public CryptoPolicy Rtp;
        public CryptoPolicy Rtcp;
        public byte* Key;
        public nint Keys;
        public nuint KeyCount;
        public nint DeprecatedEkt;
        public nuint WindowSize;
        public int AllowRepeat;
        public nint EncryptedExtensions;
        public int EncryptedExtensionCount;
        public nint Next;
    }
}
