using System.Buffers.Binary;
using System.Text;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>DATA_CHANNEL_OPEN (RFC 8832 section 5.1).</summary>
internal static class ChannelOpenMessage
{
    private const int Header = 12;
    private const byte Retransmits = 1;
    private const byte Lifetime = 2;
    private const byte Unordered = 0x80;
    private const ushort NormalPriority = 256;

    public static byte[] Write(string label, string protocol, ChannelReliability reliability)
    {
        var labelLength = Encoding.UTF8.GetByteCount(label);
        var message = new byte[Header + labelLength + Encoding.UTF8.GetByteCount(protocol)];
        var (type, parameter) = reliability switch
        {
            { MaxRetransmits: { } retransmits } => (Retransmits, retransmits),
            { MaxLifetimeMicroseconds: { } lifetime } => (Lifetime, (uint)Math.Clamp(lifetime / 1000, 0, uint.MaxValue)),
            _ => ((byte)0, 0u),
        };
        message[0] = SctpWire.ChannelOpen;
        message[1] = (byte)(type | (reliability.Ordered ? 0 : Unordered));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), NormalPriority);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), parameter);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)labelLength);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)(message.Length - Header - labelLength));
        Encoding.UTF8.GetBytes(label, message.AsSpan(Header));
        Encoding.UTF8.GetBytes(protocol, message.AsSpan(Header + labelLength));
        return message;
    }

    /// <returns>Null when malformed.</returns>
    public static DataChannel? Read(ushort id, ReadOnlySpan<byte> message)
    {
        if (message.Length < Header)
        {
            return null;
        }

        int label = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int protocol = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        var kind = message[1] & ~Unordered;
        if (message.Length < Header + label + protocol || kind > Lifetime)
        {
            return null;
        }

        var parameter = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        var reliability = new ChannelReliability(
            (message[1] & Unordered) == 0, kind == Retransmits ? parameter : null, kind == Lifetime ? parameter * 1000L : null);
        return new DataChannel(
            id, Encoding.UTF8.GetString(message.Slice(Header, label)), Encoding.UTF8.GetString(message.Slice(Header + label, protocol)), reliability);
    }
}
