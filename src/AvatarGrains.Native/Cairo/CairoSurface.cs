using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Cairo;

/// <summary>
/// A picture in memory: 32 bits a pixel, bytes B, G, R, A (little-endian ARGB32), colours premultiplied by alpha. One thread at a time.
/// </summary>
public sealed unsafe class CairoSurface : IDisposable
{
    /// <summary>Largest width and height of a surface.</summary>
    public const int MaxSide = 16384;

    private CairoSurface(CairoSurfaceHandle handle)
    {
        Handle = handle;
        Width = NativeCairo.cairo_image_surface_get_width(handle);
        Height = NativeCairo.cairo_image_surface_get_height(handle);
        Stride = NativeCairo.cairo_image_surface_get_stride(handle);
    }

    internal CairoSurfaceHandle Handle { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Makes a transparent surface.</summary>
    /// <exception cref="CairoException">No memory.</exception>
    public static CairoSurface Create(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);
        return Own(NativeCairo.cairo_image_surface_create(NativeCairo.FormatArgb32, width, height));
    }

    /// <summary>Makes a surface from <paramref name="bgra"/>, rows packed.</summary>
    public static CairoSurface FromBgra(ReadOnlySpan<byte> bgra, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, width * height * 4);
        var surface = Create(width, height);
        var pixels = surface.BeginWrite();
        for (var y = 0; y < height; y++)
        {
            bgra.Slice(y * width * 4, width * 4).CopyTo(pixels[(y * surface.Stride)..]);
        }

        surface.EndWrite();
        return surface;
    }

    /// <summary>Reads a PNG picture of any colour type.</summary>
    /// <exception cref="CairoException">Not a PNG picture, or larger than <see cref="MaxSide"/>.</exception>
    public static CairoSurface FromPng(ReadOnlyMemory<byte> png)
    {
        var reader = new PngReader(png);
        var pin = GCHandle.Alloc(reader);
        CairoSurface loaded;
        try
        {
            loaded = Own(NativeCairo.cairo_image_surface_create_from_png_stream(&ReadPng, GCHandle.ToIntPtr(pin)));
        }
        finally
        {
            pin.Free();
        }

        if (NativeCairo.cairo_image_surface_get_format(loaded.Handle) == NativeCairo.FormatArgb32)
        {
            return loaded;
        }

        using (loaded)
        {
            var copy = Create(loaded.Width, loaded.Height);
            using var canvas = new CairoCanvas(copy);
            canvas.PaintSurface(loaded, CairoMatrix.Identity, CairoFilter.Nearest);
            return copy;
        }
    }

    /// <summary>Makes every pixel transparent.</summary>
    public void Clear()
    {
        BeginWrite().Clear();
        EndWrite();
    }

    /// <summary>
    /// The pixels for reading, <see cref="Stride"/> bytes a row, after pending drawing is done. Valid until the surface is drawn on or
    /// disposed.
    /// </summary>
    public ReadOnlySpan<byte> Pixels => BeginWrite();

    /// <summary>The pixels for writing; call <see cref="EndWrite"/> before drawing again.</summary>
    public Span<byte> BeginWrite()
    {
        NativeCairo.cairo_surface_flush(Handle);
        return new Span<byte>(NativeCairo.cairo_image_surface_get_data(Handle), Stride * Height);
    }

    /// <summary>Tells the library that the pixels were changed without its calls, so that it reads them again.</summary>
    public void EndWrite() => NativeCairo.cairo_surface_mark_dirty(Handle);

    /// <summary>Copies the pixels, rows packed, to <paramref name="bgra"/> (Width × Height × 4 bytes).</summary>
    public void CopyTo(Span<byte> bgra)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, Width * Height * 4);
        var pixels = Pixels;
        var row = Width * 4;
        if (row == Stride)
        {
            pixels.CopyTo(bgra);
            return;
        }

        for (var y = 0; y < Height; y++)
        {
            pixels.Slice(y * Stride, row).CopyTo(bgra[(y * row)..]);
        }
    }

    /// <summary>The picture as a PNG file.</summary>
    public byte[] ToPng()
    {
        using var output = new MemoryStream();
        WritePng(output);
        return output.ToArray();
    }

    /// <summary>Writes the picture as a PNG file.</summary>
    public void WritePng(Stream output)
    {
        var writer = new PngWriter(output);
        var pin = GCHandle.Alloc(writer);
        int status;
        try
        {
            status = NativeCairo.cairo_surface_write_to_png_stream(Handle, &WritePng, GCHandle.ToIntPtr(pin));
        }
        finally
        {
            pin.Free();
        }

        if (writer.Failure is not null)
        {
            throw new IOException("The picture could not be written.", writer.Failure);
        }

        Check(status);
    }

    public void Dispose() => Handle.Dispose();

    internal static void Check(int status)
    {
        if (status != NativeCairo.StatusSuccess)
        {
            throw new CairoException(Marshal.PtrToStringUTF8(NativeCairo.cairo_status_to_string(status)) ?? $"cairo status {status}");
        }
    }

    private static CairoSurface Own(nint raw)
    {
        var handle = new CairoSurfaceHandle(raw);
        var status = NativeCairo.cairo_surface_status(handle);
        if (status != NativeCairo.StatusSuccess)
        {
            handle.Dispose();
            Check(status);
        }

        return new CairoSurface(handle);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReadPng(nint closure, byte* data, uint length)
    {
        var reader = (PngReader)GCHandle.FromIntPtr(closure).Target!;
        return reader.TryRead(new Span<byte>(data, (int)length)) ? NativeCairo.StatusSuccess : NativeCairo.StatusReadError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int WritePng(nint closure, byte* data, uint length)
    {
        var writer = (PngWriter)GCHandle.FromIntPtr(closure).Target!;
        return writer.TryWrite(new ReadOnlySpan<byte>(data, (int)length)) ? NativeCairo.StatusSuccess : NativeCairo.StatusWriteError;
    }

    private sealed class PngReader(ReadOnlyMemory<byte> png)
    {
        private int _position;

        public bool TryRead(Span<byte> into)
        {
            if (png.Length - _position < into.Length)
            {
                return false;
            }

            png.Span.Slice(_position, into.Length).CopyTo(into);
            _position += into.Length;
            return true;
        }
    }

    private sealed class PngWriter(Stream output)
    {
        public Exception? Failure { get; private set; }

        // An exception must not cross the native frames between here and the caller: it is kept, and the caller throws it again.
        public bool TryWrite(ReadOnlySpan<byte> data)
        {
            try
            {
                output.Write(data);
                return true;
            }
            catch (Exception failure)
            {
                Failure = failure;
                return false;
            }
        }
    }
}
