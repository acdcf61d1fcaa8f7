using System.Runtime.InteropServices;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>libssl and libcrypto 3.</summary>
internal static unsafe partial class NativeSsl
{
    public const int Dtls12 = 0xFEFD;
    public const int CtrlSetMtu = 17;
    public const int CtrlSetSessionCacheMode = 44;
    public const int CtrlSetMaxSendFragment = 52;
    public const int CtrlHandleTimeout = 74;
    public const int CtrlSetMinProtoVersion = 123;
    public const int CtrlSetMaxProtoVersion = 124;
    public const ulong OptionNoQueryMtu = 1UL << 12;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionNoCompression = 1UL << 17;
    public const ulong OptionNoRenegotiation = 1UL << 30;
    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeerCertificate = 2;
    public const int KeyTypeEc = 408;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;
    public const int BioTypeSourceSink = 0x0400;
    public const int BioCtrlFlush = 11;
    public const int BioFlagsRetryRead = 1 | 8;
    public const int BioFlagsRetryMask = 15;

    [LibraryImport(NativeNames.Ssl)]
    public static partial nint DTLS_method();

    [LibraryImport(NativeNames.Ssl)]
    public static partial SslContextHandle SSL_CTX_new(nint method);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(NativeNames.Ssl)]
    public static partial nint SSL_CTX_ctrl(SslContextHandle context, int command, nint number, nint pointer);

    [LibraryImport(NativeNames.Ssl)]
    public static partial ulong SSL_CTX_set_options(SslContextHandle context, ulong options);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_CTX_use_certificate_ASN1(SslContextHandle context, int length, ReadOnlySpan<byte> der);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_CTX_use_PrivateKey_ASN1(int keyType, SslContextHandle context, ReadOnlySpan<byte> der, nint length);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void SSL_CTX_set_verify(SslContextHandle context, int mode, delegate* unmanaged[Cdecl]<int, nint, int> callback);

    [LibraryImport(NativeNames.Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(SslContextHandle context, string ciphers);

    /// <returns>0 on success, unlike the other functions here.</returns>
    [LibraryImport(NativeNames.Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_tlsext_use_srtp(SslContextHandle context, string profiles);

    [LibraryImport(NativeNames.Ssl)]
    public static partial SslHandle SSL_new(SslContextHandle context);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void SSL_set_bio(SslHandle ssl, nint read, nint write);

    [LibraryImport(NativeNames.Ssl)]
    public static partial nint SSL_ctrl(SslHandle ssl, int command, nint number, nint pointer);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void SSL_set_accept_state(SslHandle ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void SSL_set_connect_state(SslHandle ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial void DTLS_set_timer_cb(SslHandle ssl, delegate* unmanaged[Cdecl]<nint, uint, uint> callback);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_do_handshake(SslHandle ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_read(SslHandle ssl, Span<byte> buffer, int length);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_write(SslHandle ssl, ReadOnlySpan<byte> buffer, int length);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_shutdown(SslHandle ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_get_error(SslHandle ssl, int result);

    [LibraryImport(NativeNames.Ssl)]
    public static partial nint SSL_get1_peer_certificate(SslHandle ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial SrtpProtectionProfile* SSL_get_selected_srtp_profile(SslHandle ssl);

    [LibraryImport(NativeNames.Ssl)]
    public static partial int SSL_export_keying_material(
        SslHandle ssl,
        Span<byte> output,
        nuint length,
        ReadOnlySpan<byte> label,
        nuint labelLength,
        nint context,
        nuint contextLength,
        int useContext);

    [LibraryImport(NativeNames.Crypto)]
    public static partial void ERR_clear_error();

    [LibraryImport(NativeNames.Crypto)]
    public static partial nuint ERR_get_error();

    [LibraryImport(NativeNames.Crypto)]
    public static partial void ERR_error_string_n(nuint error, Span<byte> text, nuint length);

    [LibraryImport(NativeNames.Crypto)]
    public static partial nint EVP_sha256();

    [LibraryImport(NativeNames.Crypto)]
    public static partial int X509_digest(nint certificate, nint digest, Span<byte> output, ref uint length);

    [LibraryImport(NativeNames.Crypto)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int BIO_get_new_index();

    [LibraryImport(NativeNames.Crypto, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> callback);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> callback);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint> callback);

    [LibraryImport(NativeNames.Crypto)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(NativeNames.Crypto)]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(NativeNames.Crypto)]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(NativeNames.Crypto)]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(NativeNames.Crypto)]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [StructLayout(LayoutKind.Sequential)]
    public struct SrtpProtectionProfile
    {
        public nint Name;
        public nuint Id;
    }
}
