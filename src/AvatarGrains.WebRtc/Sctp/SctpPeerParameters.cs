using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>What a peer says of itself in INIT or INIT ACK (RFC 9260 section 3.3.2).</summary>
internal readonly record struct SctpPeerParameters(uint Tag, uint Window, ushort InboundStreams, uint InitialTsn, bool CanForward, bool CanReset)
{
    public const int FixedSize = 16;

    /// <summary>Bytes written by <see cref="Write"/>.</summary>
    public const int Size = 20;

    /// <summary>Reads the value of an INIT or INIT ACK chunk.</summary>
    /// <returns>False when it is malformed or asks for nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out SctpPeerParameters parameters, out ReadOnlySpan<byte> cookie)
    {
        parameters = default;
        cookie = default;
        if (value.Length < FixedSize)
        {
            return false;
        }

        var canForward = false;
        var canReset = false;
        for (var rest = value[FixedSize..]; rest.Length >= 4;)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 4 || length > rest.Length)
            {
                return false;
            }

            var body = rest[4..length];
            switch (type)
            {
                case SctpWire.ParameterForwardTsnSupported:
                    canForward = true;
                    break;
                case SctpWire.ParameterSupportedExtensions:
                    canReset = body.Contains(SctpWire.Reconfig);
                    break;
                case SctpWire.ParameterCookie:
                    cookie = body;
                    break;
            }

            rest = rest[Math.Min(rest.Length, SctpWire.Padded(length))..];
        }

        parameters = new SctpPeerParameters(
            BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(value[10..]), BinaryPrimitives.ReadUInt32BigEndian(value[12..]), canForward, canReset);
        return parameters.Tag != 0 && parameters.InboundStreams != 0 && BinaryPrimitives.ReadUInt16BigEndian(value[8..]) != 0;
    }

    public static SctpPeerParameters Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt32BigEndian(source), BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
        BinaryPrimitives.ReadUInt16BigEndian(source[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(source[12..]), source[16] != 0, source[17] != 0);

    /// <summary>As kept in a cookie.</summary>
    public void Write(Span<byte> target)
    {
        target[..Size].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(target, Tag);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], InitialTsn);
        target[16] = CanForward ? (byte)1 : (byte)0;
        target[17] = CanReset ? (byte)1 : (byte)0;
    }
}
