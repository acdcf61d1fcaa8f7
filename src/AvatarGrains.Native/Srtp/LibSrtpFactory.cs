using System.Security.Cryptography;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Srtp;

/// <summary>SRTP by libsrtp2.</summary>
public sealed class LibSrtpFactory : ISrtpFactory
{
    private const int ReplayWindow = 1024;

    private static readonly Lazy<int> Initialized = new(NativeSrtp.srtp_init);

    /// <exception cref="DllNotFoundException">libsrtp2 is absent.</exception>
    /// <exception cref="CryptographicException">libsrtp2 cannot start.</exception>
    public LibSrtpFactory()
    {
        if (Initialized.Value != NativeSrtp.Ok)
        {
            throw new CryptographicException($"libsrtp2 does not start (error {Initialized.Value})");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key material is shorter than the profile needs.</exception>
    /// <exception cref="CryptographicException">This build of libsrtp2 lacks the profile.</exception>
    public ISrtpSession Create(SrtpProfile profile, ReadOnlySpan<byte> keyMaterial, bool isServer)
    {
        var (key, salt) = ISrtpFactory.Sizes(profile);
        if (keyMaterial.Length < 2 * (key + salt))
        {
            throw new ArgumentException($"{profile} needs {2 * (key + salt)} bytes of key material, got {keyMaterial.Length}", nameof(keyMaterial));
        }

        Span<byte> client = stackalloc byte[key + salt];
        Span<byte> server = stackalloc byte[key + salt];
        keyMaterial[..key].CopyTo(client);
        keyMaterial.Slice(key, key).CopyTo(server);
        keyMaterial.Slice(2 * key, salt).CopyTo(client[key..]);
        keyMaterial.Slice((2 * key) + salt, salt).CopyTo(server[key..]);
        var outbound = CreateHandle(profile, isServer ? server : client, NativeSrtp.AnyOutbound);
        var inbound = CreateHandle(profile, isServer ? client : server, NativeSrtp.AnyInbound);
        CryptographicOperations.ZeroMemory(client);
        CryptographicOperations.ZeroMemory(server);
        return new LibSrtpSession(outbound, inbound);
    }

    private static unsafe SrtpHandle CreateHandle(SrtpProfile profile, ReadOnlySpan<byte> key, int ssrcType)
    {
        var crypto = default(NativeSrtp.CryptoPolicy);
        switch (profile)
        {
            case SrtpProfile.AeadAes128Gcm:
                NativeSrtp.srtp_crypto_policy_set_aes_gcm_128_16_auth(ref crypto);
                break;
            case SrtpProfile.AeadAes256Gcm:
                NativeSrtp.srtp_crypto_policy_set_aes_gcm_256_16_auth(ref crypto);
                break;
            default:
                NativeSrtp.srtp_crypto_policy_set_rtp_default(ref crypto);
                break;
        }

        fixed (byte* keyPointer = key)
        {
            // A packet sent once more as it was (an answer to NACK) is protected again with the same index, which gives the same bytes.
            var policy = new NativeSrtp.Policy
            {
                SsrcType = ssrcType,
                Rtp = crypto,
                Rtcp = crypto,
                Key = keyPointer,
                WindowSize = ReplayWindow,
                AllowRepeat = 1,
            };
            var status = NativeSrtp.srtp_create(out var handle, policy);
            return status == NativeSrtp.Ok ? handle : throw new CryptographicException($"libsrtp2 refuses {profile} (error {status})");
        }
    }
}
