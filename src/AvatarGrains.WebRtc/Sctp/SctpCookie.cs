using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>State cookies: what an INIT said and when, under a key that only this association knows (RFC 9260 section 5.1.3).</summary>
internal sealed class SctpCookie
{
    public const int Size = SctpPeerParameters.Size + 8 + HMACSHA256.HashSizeInBytes;
    private const int Signed = SctpPeerParameters.Size + 8;
    private const long Lifetime = 60_000_000;

    private readonly byte[] _key = new byte[32];

    public SctpCookie(EntropySource random) => random(_key);

    public void Write(Span<byte> cookie, in SctpPeerParameters peer, long now)
    {
        peer.Write(cookie);
        BinaryPrimitives.WriteInt64BigEndian(cookie[SctpPeerParameters.Size..], now);
        HMACSHA256.HashData(_key, cookie[..Signed], cookie[Signed..]);
    }

    public bool TryRead(ReadOnlySpan<byte> cookie, long now, out SctpPeerParameters peer)
    {
        peer = default;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (cookie.Length != Size)
        {
            return false;
        }

        HMACSHA256.HashData(_key, cookie[..Signed], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, cookie[Signed..])
            || now - BinaryPrimitives.ReadInt64BigEndian(cookie[SctpPeerParameters.Size..]) > Lifetime)
        {
            return false;
        }

        peer = SctpPeerParameters.Read(cookie);
        return true;
    }
}
