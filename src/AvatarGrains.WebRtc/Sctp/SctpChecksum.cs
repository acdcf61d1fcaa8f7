using System.Buffers.Binary;
using System.Numerics;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>CRC32c over a packet with its checksum field taken as zero (RFC 9260 section 6.8 and appendix A).</summary>
internal static class SctpChecksum
{
    private const int Offset = 8;

    public static void Write(Span<byte> packet) => BinaryPrimitives.WriteUInt32LittleEndian(packet[Offset..], Compute(packet));

    public static bool Verify(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32LittleEndian(packet[Offset..]) == Compute(packet);

    private static uint Compute(ReadOnlySpan<byte> packet)
    {
        var crc = Add(uint.MaxValue, packet[..Offset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, packet[SctpWire.CommonHeader..]);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= 8; data = data[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
