using System.Security.Cryptography;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Srtp;

/// <summary>
/// SRTP by libcrypto where the profile is an AEAD one, which is what browsers agree to, and by libsrtp2 for the older profile. Debian's
/// libsrtp2 encrypts by NSS, which searches the keys of the whole process and expands the key again for each packet.
/// </summary>
public sealed class SrtpFactory : ISrtpFactory
{
    private readonly Lazy<LibSrtpFactory> _older = new(() => new LibSrtpFactory());

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key material is shorter than the profile needs.</exception>
    /// <exception cref="CryptographicException">The library lacks the profile.</exception>
    /// <exception cref="DllNotFoundException">The library that has the profile is absent.</exception>
    public ISrtpSession Create(SrtpProfile profile, ReadOnlySpan<byte> keyMaterial, bool isServer)
    {
        if (profile is not (SrtpProfile.AeadAes128Gcm or SrtpProfile.AeadAes256Gcm))
        {
            return _older.Value.Create(profile, keyMaterial, isServer);
        }

        var (key, salt) = ISrtpFactory.Sizes(profile);
        if (keyMaterial.Length < 2 * (key + salt))
        {
            throw new ArgumentException($"{profile} needs {2 * (key + salt)} bytes of key material, got {keyMaterial.Length}", nameof(keyMaterial));
        }

        var salts = keyMaterial[(2 * key)..];
        var (ours, theirs) = isServer ? (1, 0) : (0, 1);
        var outbound = new AeadDirection(keyMaterial.Slice(ours * key, key), salts.Slice(ours * salt, salt), seals: true);
        return new AeadSrtpSession(outbound, new AeadDirection(keyMaterial.Slice(theirs * key, key), salts.Slice(theirs * salt, salt), seals: false));
    }
}
