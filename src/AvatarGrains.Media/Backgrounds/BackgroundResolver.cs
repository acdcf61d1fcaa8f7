using AvatarGrains.Core.Avatars;
using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.Rsvg;
using AvatarGrains.Native.TurboJpeg;

namespace AvatarGrains.Media.Backgrounds;

/// <summary>Turns the background that a view names into what is drawn: pictures are scaled to cover the view and cut at the edges.</summary>
internal sealed class BackgroundResolver(IBackgroundImages images)
{
    private const int MaxPixels = JpegDecoder.MaxPixels;

    /// <exception cref="KeyNotFoundException">There is no such picture, or it cannot be read.</exception>
    public async ValueTask<ViewBackground> ResolveAsync(AvatarView view, CancellationToken cancellationToken)
    {
        if (view.Background is not { Length: > 0 } name)
        {
            return ViewBackground.FromRig();
        }

        if (CairoColor.TryParse(name, out var color))
        {
            return ViewBackground.FromColor(color);
        }

        var file = await images.FindAsync(name, cancellationToken) ?? throw new KeyNotFoundException($"There is no background '{name}'.");
        try
        {
            return ViewBackground.FromImage(Cover(file, view.Width, view.Height));
        }
        catch (Exception bad) when (bad is CairoException or JpegException or SvgException)
        {
            throw new KeyNotFoundException($"The background '{name}' is not a picture that can be read: {bad.Message}", bad);
        }
    }

    /// <summary>Draws a PNG, JPEG or SVG file so that it covers <paramref name="width"/> × <paramref name="height"/>.</summary>
    internal static CairoSurface Cover(ReadOnlyMemory<byte> file, int width, int height)
    {
        var surface = CairoSurface.Create(width, height);
        try
        {
            using var canvas = new CairoCanvas(surface);
            canvas.Paint(new CairoColor(1, 1, 1));
            var bytes = file.Span;
            if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            {
                CheckPngSize(bytes);
                using var png = CairoSurface.FromPng(file);
                Paint(canvas, png, width, height);
            }
            else if (bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8]))
            {
                var bgra = JpegDecoder.Decode(bytes, out var imageWidth, out var imageHeight);
                if (IsTooLarge((uint)imageWidth, (uint)imageHeight))
                {
                    throw new JpegException($"a picture of {imageWidth}×{imageHeight} is larger than the limit");
                }

                using var jpeg = CairoSurface.FromBgra(bgra, imageWidth, imageHeight);
                Paint(canvas, jpeg, width, height);
            }
            else
            {
                using var svg = SvgDocument.Parse(bytes);
                var scale = Math.Max(width / svg.ViewBox.Width, height / svg.ViewBox.Height);
                double w = svg.ViewBox.Width * scale, h = svg.ViewBox.Height * scale;
                svg.Render(canvas, new SvgRectangle((width - w) / 2, (height - h) / 2, w, h));
            }

            canvas.ThrowIfFailed();
            return surface;
        }
        catch
        {
            surface.Dispose();
            throw;
        }
    }

    private static bool IsTooLarge(uint width, uint height) =>
        width > CairoSurface.MaxSide || height > CairoSurface.MaxSide || (ulong)width * height > MaxPixels;

    private static void Paint(CairoCanvas canvas, CairoSurface image, int width, int height)
    {
        var scale = Math.Max(width / (double)image.Width, height / (double)image.Height);
        var placement = CairoMatrix.Scaling(scale, scale).Then(
            CairoMatrix.Translation((width - (image.Width * scale)) / 2, (height - (image.Height * scale)) / 2));
        canvas.PaintSurface(image, placement, CairoFilter.Good, extendEdges: true);
    }

    // The header is read before the picture is, since a small file can name a size that takes gigabytes.
    private static void CheckPngSize(ReadOnlySpan<byte> png)
    {
        const int SizeAt = 16;
        if (png.Length < SizeAt + 8)
        {
            throw new CairoException("the PNG file is cut short");
        }

        var width = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(png[SizeAt..]);
        var height = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(png[(SizeAt + 4)..]);
        if (IsTooLarge(width, height))
        {
            throw new CairoException($"a picture of {width}×{height} is larger than the limit");
        }
    }
}
