using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvatarGrains.WebRtc.Ice;

/// <summary>Writes one STUN message into a buffer.</summary>
internal ref struct StunBuilder
{
    private readonly Span<byte> _buffer;

    public StunBuilder(Span<byte> buffer, ushort type, ReadOnlySpan<byte> transactionId)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, type);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], Stun.MagicCookie);
        transactionId.CopyTo(buffer[8..]);
        Length = Stun.HeaderSize;
    }

    public int Length { get; private set; }

    public void Add(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var padded = (value.Length + 3) & ~3;
        var at = _buffer.Slice(Length, 4 + padded);
        BinaryPrimitives.WriteUInt16BigEndian(at, type);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)value.Length);
        at[4..].Clear();
        value.CopyTo(at[4..]);
        Length += at.Length;
    }

    public void AddUInt32(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Add(type, bytes);
    }

    public void AddUInt64(ushort type, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        Add(type, bytes);
    }

    public void AddXorMappedAddress(in NetAddress address)
    {
        Span<byte> value = stackalloc byte[20];
        value.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (Stun.MagicCookie >> 16)));
        if (address.IsIPv4)
        {
            value[1] = 1;
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], (uint)address.Address ^ Stun.MagicCookie);
            Add(Stun.XorMappedAddress, value[..8]);
            return;
        }

        value[1] = 2;
        BinaryPrimitives.WriteUInt128BigEndian(value[4..], address.Address ^ BinaryPrimitives.ReadUInt128BigEndian(_buffer[4..]));
        Add(Stun.XorMappedAddress, value);
    }

    /// <summary>Adds MESSAGE-INTEGRITY and FINGERPRINT.</summary>
    /// <returns>The length of the whole message.</returns>
    public int Finish(scoped ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length + 24 - Stun.HeaderSize));
        HMACSHA1.HashData(key, _buffer[..Length], digest);
        Add(Stun.MessageIntegrity, digest);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length + 8 - Stun.HeaderSize));
        AddUInt32(Stun.Fingerprint, Crc32.Compute(_buffer[..Length]) ^ Stun.FingerprintMask);
        return Length;
    }
}
