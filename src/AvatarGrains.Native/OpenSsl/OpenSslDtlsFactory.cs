using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AvatarGrains.WebRtc.Dtls;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>
/// DTLS 1.2 by OpenSSL 3 with one self-signed P-256 certificate made at construction. Any peer certificate is accepted: in WebRTC its
/// fingerprint, which the owner compares with the one signalled, is what authenticates (RFC 8827 section 6.5).
/// </summary>
public sealed class OpenSslDtlsFactory : IDtlsFactory, IDisposable
{
    private const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
        + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";

    private static readonly SrtpProfile[] AllProfiles = [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmHmacSha1Tag80];
    private readonly SslContextHandle _context;
    private readonly byte[] _fingerprint;

    /// <param name="time">Dates the certificate.</param>
    /// <param name="profiles">SRTP profiles to negotiate, preferred first; all when null.</param>
    /// <exception cref="DllNotFoundException">libssl is absent.</exception>
    /// <exception cref="CryptographicException">OpenSSL refused the certificate or a setting.</exception>
    public OpenSslDtlsFactory(TimeProvider time, IReadOnlyList<SrtpProfile>? profiles = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=WebRTC", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        var der = certificate.RawData;
        _fingerprint = SHA256.HashData(der);
        _context = CreateContext(der, key.ExportECPrivateKey(), profiles ?? AllProfiles);
    }

    public ReadOnlyMemory<byte> Fingerprint => _fingerprint;

    public IDtlsAssociation Create(bool server) => new OpenSslDtlsAssociation(_context, server);

    public void Dispose() => _context.Dispose();

    internal static CryptographicException Error(string action)
    {
        Span<byte> text = stackalloc byte[256];
        NativeSsl.ERR_error_string_n(NativeSsl.ERR_get_error(), text, (nuint)text.Length);
        return new CryptographicException($"{action}: {Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)])}");
    }

    private static unsafe SslContextHandle CreateContext(byte[] certificate, byte[] key, IReadOnlyList<SrtpProfile> profiles)
    {
        var context = NativeSsl.SSL_CTX_new(NativeSsl.DTLS_method());
        if (context.IsInvalid)
        {
            throw Error("cannot create a DTLS context");
        }

        NativeSsl.SSL_CTX_set_options(
            context, NativeSsl.OptionNoQueryMtu | NativeSsl.OptionNoTicket | NativeSsl.OptionNoCompression | NativeSsl.OptionNoRenegotiation);
        NativeSsl.SSL_CTX_ctrl(context, NativeSsl.CtrlSetSessionCacheMode, 0, 0);
        NativeSsl.SSL_CTX_set_verify(context, NativeSsl.VerifyPeer | NativeSsl.VerifyFailIfNoPeerCertificate, &AcceptCertificate);
        var done = NativeSsl.SSL_CTX_ctrl(context, NativeSsl.CtrlSetMinProtoVersion, NativeSsl.Dtls12, 0) == 1
            && NativeSsl.SSL_CTX_ctrl(context, NativeSsl.CtrlSetMaxProtoVersion, NativeSsl.Dtls12, 0) == 1
            && NativeSsl.SSL_CTX_set_cipher_list(context, Ciphers) == 1
            && NativeSsl.SSL_CTX_use_certificate_ASN1(context, certificate.Length, certificate) == 1
            && NativeSsl.SSL_CTX_use_PrivateKey_ASN1(NativeSsl.KeyTypeEc, context, key, key.Length) == 1
            && NativeSsl.SSL_CTX_set_tlsext_use_srtp(context, string.Join(':', profiles.Select(OpenSslName))) == 0;
        CryptographicOperations.ZeroMemory(key);
        if (!done)
        {
            context.Dispose();
            throw Error("cannot set up DTLS");
        }

        return context;
    }

    private static string OpenSslName(SrtpProfile profile) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => "SRTP_AEAD_AES_128_GCM",
        SrtpProfile.AeadAes256Gcm => "SRTP_AEAD_AES_256_GCM",
        SrtpProfile.Aes128CmHmacSha1Tag80 => "SRTP_AES128_CM_SHA1_80",
        _ => throw new ArgumentOutOfRangeException(nameof(profile)),
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int AcceptCertificate(int verified, nint store) => 1;
}
