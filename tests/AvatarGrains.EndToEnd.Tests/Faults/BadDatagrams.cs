using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvatarGrains.EndToEnd.Tests.Faults;

/// <summary>Datagrams that no honest client sends, of every kind the media port tells apart. The same ones on every run.</summary>
internal static class BadDatagrams
{
    private const int Kinds = 9;

    public static IEnumerable<byte[]> Create(int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var datagram = Make(random, i % Kinds);
            yield return i % 3 == 0 ? datagram[..random.Next(datagram.Length + 1)] : datagram;
        }
    }

    private static byte[] Make(Random random, int kind) => kind switch
    {
        0 => Noise(random, random.Next(1500)),
        1 => Stun(random, 0x0001),
        2 => Stun(random, 0x0101),
        3 => Stun(random, (ushort)random.Next(0x4000)),
        4 => Dtls(random, 22),
        5 => Dtls(random, 23),
        6 => Rtp(random, (byte)random.Next(256)),
        7 => Rtp(random, (byte)random.Next(200, 208)),
        _ => Sctp(random),
    };

    /// <summary>A binding request or answer with a user name nobody has and an integrity made with the wrong password.</summary>
    private static byte[] Stun(Random random, ushort type)
    {
        var message = new byte[20 + 16 + 24];
        BinaryPrimitives.WriteUInt16BigEndian(message, type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - 20));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x2112A442);
        random.NextBytes(message.AsSpan(8, 12));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(20), 0x0006);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(22), (ushort)random.Next(10, 14));
        "nobody:asked"u8.CopyTo(message.AsSpan(24));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(36), 0x0008);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(38), 20);
        HMACSHA1.HashData("wrong password"u8, message.AsSpan(0, 36), message.AsSpan(40));
        return message;
    }

    private static byte[] Dtls(Random random, byte contentType)
    {
        var record = Noise(random, 13 + random.Next(400));
        record[0] = contentType;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), 0xFEFD);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)random.Next(2));
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)(record.Length - 13 + random.Next(3) - 1));
        return record;
    }

    /// <summary>SRTP, or SRTCP for payload types from 200 on, under keys nobody agreed on.</summary>
    private static byte[] Rtp(Random random, byte payloadType)
    {
        var packet = Noise(random, 12 + random.Next(1200));
        packet[0] = (byte)(0x80 | random.Next(64));
        packet[1] = payloadType;
        return packet;
    }

    /// <summary>SCTP as it looks inside DTLS, sent bare.</summary>
    private static byte[] Sctp(Random random)
    {
        var packet = Noise(random, 12 + 4 + random.Next(200));
        BinaryPrimitives.WriteUInt16BigEndian(packet, 5000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 5000);
        packet[12] = (byte)random.Next(16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(14), (ushort)random.Next(1 << 16));
        return packet;
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
