namespace AvatarGrains.Native.TurboJpeg;

/// <summary>Decodes JPEG pictures to opaque BGRA.</summary>
public static unsafe class JpegDecoder
{
    /// <summary>Largest picture that is decoded, in pixels.</summary>
    public const int MaxPixels = 32 * 1024 * 1024;

    /// <summary>Decodes one picture, which need not be valid.</summary>
    /// <returns>Its pixels, rows packed.</returns>
    /// <exception cref="JpegException">Not a JPEG picture, or larger than <see cref="MaxPixels"/>.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> jpeg, out int width, out int height)
    {
        using var handle = new TurboJpegHandle(NativeTurboJpeg.tjInitDecompress());
        fixed (byte* data = jpeg)
        {
            if (NativeTurboJpeg.tjDecompressHeader3(handle, data, (nuint)jpeg.Length, out width, out height, out _, out _) != 0)
            {
                throw new JpegException(JpegEncoder.Message(handle));
            }

            if (width <= 0 || height <= 0 || (long)width * height > MaxPixels)
            {
                throw new JpegException($"a picture of {width}×{height} is larger than the limit");
            }

            var bgra = new byte[width * height * 4];
            fixed (byte* target = bgra)
            {
                var status = NativeTurboJpeg.tjDecompress2(
                    handle, data, (nuint)jpeg.Length, target, width, width * 4, height, NativeTurboJpeg.PixelBgra, 0);
                return status == 0 ? bgra : throw new JpegException(JpegEncoder.Message(handle));
            }
        }
    }
}
