using System.Buffers.Binary;

namespace AvatarGrains.Api.Shared;

/// <summary>What the first bytes of a picture say of it.</summary>
/// <param name="MediaType">image/png or image/jpeg.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
internal sealed record PictureHeader(string MediaType, int Width, int Height)
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <returns>Null when it is no PNG or JPEG with a size.</returns>
    public static PictureHeader? Read(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngSignature))
        {
            return file.Length >= 24 && file[12..16].SequenceEqual("IHDR"u8)
                ? Of("image/png", BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]))
                : null;
        }

        return file is [0xff, 0xd8, 0xff, ..] ? ReadJpeg(file[2..]) : null;
    }

    // ITU T.81 B.1.1.4: markers with two-byte lengths, until a start of frame names the size.
    private static PictureHeader? ReadJpeg(ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= 9 && rest[0] == 0xff)
        {
            var marker = rest[1];
            if (marker == 0xff)
            {
                rest = rest[1..];
                continue;
            }

            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                return Of("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(rest[7..]), BinaryPrimitives.ReadUInt16BigEndian(rest[5..]));
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) + 2;
            if (length < 4 || length > rest.Length)
            {
                return null;
            }

            rest = rest[length..];
        }

        return null;
    }

    private static PictureHeader? Of(string type, uint width, uint height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? new PictureHeader(type, (int)width, (int)height) : null;
}
