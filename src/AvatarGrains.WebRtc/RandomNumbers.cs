using System.Buffers.Binary;

namespace AvatarGrains.WebRtc;

/// <summary>Numbers from an <see cref="EntropySource"/>.</summary>
internal static class RandomNumbers
{
    public static ushort UInt16(EntropySource source)
    {
        Span<byte> bytes = stackalloc byte[2];
        source(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    public static uint UInt32(EntropySource source)
    {
        Span<byte> bytes = stackalloc byte[4];
        source(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public static ulong UInt64(EntropySource source) => ((ulong)UInt32(source) << 32) | UInt32(source);
}
