using System.Buffers.Binary;
using System.Security.Cryptography;
using AvatarGrains.Native.OpenSsl;

namespace AvatarGrains.Native.Srtp;

/// <summary>The keys and streams of one direction of an AEAD session.</summary>
internal sealed class AeadDirection : IDisposable
{
    /// <summary>More sources than any description made here allows; packets of further ones are dropped.</summary>
    private const int MaxStreams = 64;

    private readonly byte[] _rtpSalt = new byte[AesGcmCipher.NonceBytes];
    private readonly byte[] _rtcpSalt = new byte[AesGcmCipher.NonceBytes];
    private readonly List<AeadStream> _streams = new(2);

    public AeadDirection(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, bool seals)
    {
        Span<byte> key = stackalloc byte[masterKey.Length];
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpKey, key);
        Rtp = new AesGcmCipher(key, seals);
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpKey, key);
        Rtcp = new AesGcmCipher(key, seals);
        CryptographicOperations.ZeroMemory(key);
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpSalt, _rtpSalt);
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpSalt, _rtcpSalt);
    }

    public AesGcmCipher Rtp { get; }

    public AesGcmCipher Rtcp { get; }

    /// <summary>The stream of an SSRC, or null.</summary>
    public AeadStream? Find(uint ssrc)
    {
        for (var i = 0; i < _streams.Count; i++)
        {
            if (_streams[i].Ssrc == ssrc)
            {
                return _streams[i];
            }
        }

        return null;
    }

    /// <summary>Keeps a stream; a received one only after its first packet was authenticated.</summary>
    /// <returns>False when there are too many.</returns>
    public bool Keep(AeadStream stream)
    {
        if (_streams.Count >= MaxStreams)
        {
            return false;
        }

        _streams.Add(stream);
        return true;
    }

    /// <summary>RFC 7714 section 8.1: 0, SSRC, rollover counter and sequence number, under the salt.</summary>
    public void RtpNonce(Span<byte> nonce, uint ssrc, long index)
    {
        BinaryPrimitives.WriteUInt16BigEndian(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(nonce[6..], (ushort)(index >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], (uint)index);
        Mask(nonce, _rtpSalt);
    }

    /// <summary>RFC 7714 section 9.1: 0, SSRC, 0 and the SRTCP index, under the salt.</summary>
    public void RtcpNonce(Span<byte> nonce, uint ssrc, uint index)
    {
        BinaryPrimitives.WriteUInt16BigEndian(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(nonce[6..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], index);
        Mask(nonce, _rtcpSalt);
    }

    public void Dispose()
    {
        Rtp.Dispose();
        Rtcp.Dispose();
        CryptographicOperations.ZeroMemory(_rtpSalt);
        CryptographicOperations.ZeroMemory(_rtcpSalt);
    }

    private static void Mask(Span<byte> nonce, byte[] salt)
    {
        for (var i = 0; i < AesGcmCipher.NonceBytes; i++)
        {
            nonce[i] ^= salt[i];
        }
    }
}
