using AvatarGrains.WebRtc.Dtls;

namespace AvatarGrains.WebRtc.Srtp;

/// <summary>SRTP and SRTCP of one association, both directions. One owner, not thread-safe. Never allocates after construction.</summary>
public interface ISrtpSession : IDisposable
{
    /// <summary>Encrypts an RTP packet in place. The span must have 16 + 4 spare bytes after <paramref name="length"/>.</summary>
    /// <returns>The new length, or 0 when it was refused.</returns>
    int ProtectRtp(Span<byte> packet, int length);

    int ProtectRtcp(Span<byte> packet, int length);

    /// <summary>Decrypts in place.</summary>
    /// <returns>The plain length, or 0 when authentication or replay checks failed.</returns>
    int UnprotectRtp(Span<byte> packet, int length);

    int UnprotectRtcp(Span<byte> packet, int length);
}

/// <summary>Makes SRTP sessions.</summary>
public interface ISrtpFactory
{
    /// <param name="profile">Negotiated profile.</param>
    /// <param name="keyMaterial">As exported by <see cref="IDtlsAssociation.ExportSrtpKeys"/>: client key, server key, client salt, server
    /// salt.</param>
    /// <param name="isServer">True when we were the DTLS server: we then send with the server key.</param>
    ISrtpSession Create(SrtpProfile profile, ReadOnlySpan<byte> keyMaterial, bool isServer);

    /// <summary>Key bytes of a profile (16 or 32) and salt bytes (14 or 12).</summary>
    static (int Key, int Salt) Sizes(SrtpProfile profile) => profile switch
    {
        SrtpProfile.Aes128CmHmacSha1Tag80 => (16, 14),
        SrtpProfile.AeadAes128Gcm => (16, 12),
        SrtpProfile.AeadAes256Gcm => (32, 12),
        _ => throw new ArgumentOutOfRangeException(nameof(profile)),
    };
}
