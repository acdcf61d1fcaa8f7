using System.Buffers.Binary;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>Files that say they are pictures.</summary>
internal static class Pictures
{
    /// <summary>The first bytes of a PNG of a size.</summary>
    public static byte[] Png(int width, int height)
    {
        var file = new byte[64];
        ((ReadOnlySpan<byte>)
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R',
        ]).CopyTo(file);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }

    /// <summary>The first bytes of a JPEG of a size, after a comment.</summary>
    public static byte[] Jpeg(ushort width, ushort height) =>
    [
        0xff, 0xd8, 0xff,
        0xfe, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0, 0, 0,
    ];
}
