using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvatarGrains.WebRtc.Ice;

/// <summary>A received STUN message: a view into its datagram.</summary>
internal ref struct StunMessage
{
    private Span<byte> _data;
    private int _integrityAt;
    private int _addressAt;
    private int _addressLength;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Username { get; private set; }

    public bool UseCandidate { get; private set; }

    public int ErrorCode { get; private set; }

    public readonly ReadOnlySpan<byte> TransactionId => _data.Slice(8, Stun.TransactionIdSize);

    /// <summary>Reads a message; everything after MESSAGE-INTEGRITY but FINGERPRINT is ignored, as RFC 8489 14.5 wants.</summary>
    /// <returns>False when it is not a well-formed STUN message or its FINGERPRINT is wrong.</returns>
    public static bool TryParse(Span<byte> datagram, out StunMessage message)
    {
        message = default;
        if (!Stun.LooksLike(datagram) || datagram.Length > Stun.MaxSize
            || BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != Stun.MagicCookie
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - Stun.HeaderSize)
        {
            return false;
        }

        message._data = datagram;
        message.Type = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        var at = Stun.HeaderSize;
        while (at < datagram.Length)
        {
            if (datagram.Length - at < 4)
            {
                return false;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]);
            if (datagram.Length - at - 4 < length || !message.Take(type, at, length))
            {
                return false;
            }

            at += 4 + ((length + 3) & ~3);
        }

        return at == datagram.Length;
    }

    /// <summary>Checks MESSAGE-INTEGRITY with a short-term password; false when the message has none.</summary>
    public readonly bool Verify(ReadOnlySpan<byte> key)
    {
        if (_integrityAt == 0)
        {
            return false;
        }

        // The HMAC is taken over the message as if it ended with this attribute.
        Span<byte> digest = stackalloc byte[20];
        Span<byte> length = _data.Slice(2, 2);
        var before = BinaryPrimitives.ReadUInt16BigEndian(length);
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(_integrityAt + 24 - Stun.HeaderSize));
        HMACSHA1.HashData(key, _data[.._integrityAt], digest);
        BinaryPrimitives.WriteUInt16BigEndian(length, before);
        return CryptographicOperations.FixedTimeEquals(digest, _data.Slice(_integrityAt + 4, 20));
    }

    /// <summary>The address in XOR-MAPPED-ADDRESS.</summary>
    public readonly bool TryGetMappedAddress(out NetAddress address)
    {
        address = default;
        if (_addressAt == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> value = _data.Slice(_addressAt, _addressLength);
        var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (Stun.MagicCookie >> 16));
        if (value[1] == 1)
        {
            var v4 = BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ Stun.MagicCookie;
            address = new NetAddress(NetAddress.MapIPv4(v4), port);
            return true;
        }

        var mask = BinaryPrimitives.ReadUInt128BigEndian(_data.Slice(4, 16));
        address = new NetAddress(BinaryPrimitives.ReadUInt128BigEndian(value[4..]) ^ mask, port);
        return true;
    }

    private bool Take(ushort type, int at, int length)
    {
        Span<byte> value = _data.Slice(at + 4, length);
        if (type == Stun.Fingerprint)
        {
            return length == 4 && at + 8 == _data.Length
                && BinaryPrimitives.ReadUInt32BigEndian(value) == (Crc32.Compute(_data[..at]) ^ Stun.FingerprintMask);
        }

        if (_integrityAt != 0)
        {
            return true;
        }

        switch (type)
        {
            case Stun.MessageIntegrity:
                _integrityAt = at;
                return length == 20;
            case Stun.Username:
                Username = value;
                return length <= 513;
            case Stun.UseCandidate:
                UseCandidate = true;
                return true;
            case Stun.ErrorCode:
                ErrorCode = length >= 4 ? ((value[2] & 7) * 100) + value[3] : 0;
                return length >= 4;
            case Stun.XorMappedAddress:
                _addressAt = at + 4;
                _addressLength = length;
                return (length == 8 && value[1] == 1) || (length == 20 && value[1] == 2);
            default:
                return true;
        }
    }
}
