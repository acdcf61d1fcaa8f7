using System.Runtime.InteropServices;
using System.Text;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Native.Rsvg;

/// <summary>
/// An SVG document, drawn whole or by element. It has no base address, so it can load nothing from outside itself: of all
/// addresses only <c>data:</c> and fragments of the document work. One thread at a time; different documents may be drawn by different threads.
/// </summary>
public sealed unsafe class SvgDocument : IDisposable
{
    /// <summary>Longest document that is read.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private readonly RsvgHandle _handle;

    private SvgDocument(RsvgHandle handle)
    {
        _handle = handle;
        NativeRsvg.rsvg_handle_set_dpi(handle, 96);
        NativeRsvg.RsvgLength width, height;
        NativeRsvg.rsvg_handle_get_intrinsic_dimensions(
            handle, out var hasWidth, &width, out var hasHeight, &height, out var hasViewBox, out var viewBox);
        const int Pixels = 1;
        if (hasViewBox != 0)
        {
            ViewBox = new SvgRectangle(viewBox.X, viewBox.Y, viewBox.Width, viewBox.Height);
        }
        else if (hasWidth != 0 && hasHeight != 0 && width.Unit == Pixels && height.Unit == Pixels)
        {
            ViewBox = new SvgRectangle(0, 0, width.Length, height.Length);
        }
        else
        {
            ViewBox = new SvgRectangle(0, 0, 100, 100);
        }
    }

    /// <summary>The document's viewBox, else its size in pixels, else 100 × 100.</summary>
    public SvgRectangle ViewBox { get; }

    /// <summary>Reads a document.</summary>
    /// <exception cref="SvgException">Not well-formed, not SVG, or longer than <see cref="MaxBytes"/>.</exception>
    public static SvgDocument Parse(string svg) => Parse(Encoding.UTF8.GetBytes(svg));

    /// <inheritdoc cref="Parse(string)"/>
    public static SvgDocument Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
        {
            throw new SvgException($"An SVG document of {utf8.Length} bytes is longer than the limit of {MaxBytes}.");
        }

        fixed (byte* data = utf8)
        {
            var raw = NativeRsvg.rsvg_handle_new_from_data(data, (nuint)utf8.Length, out var error);
            ThrowIf(raw == 0, error);
            return new SvgDocument(new RsvgHandle(raw));
        }
    }

    /// <summary>True when an element has this id (without #).</summary>
    public bool Has(string id) => NativeRsvg.rsvg_handle_has_sub(_handle, "#" + id) != 0;

    /// <summary>Applies CSS after the document's own style sheets; useful to show and hide parts.</summary>
    /// <exception cref="SvgException">Not valid CSS.</exception>
    public void SetStyleSheet(string css)
    {
        var bytes = Encoding.UTF8.GetBytes(css);
        fixed (byte* data = bytes)
        {
            var done = NativeRsvg.rsvg_handle_set_stylesheet(_handle, data, (nuint)bytes.Length, out var error);
            ThrowIf(done == 0, error);
        }
    }

    /// <summary>Draws the document, its viewBox fitted (aspect kept) into <paramref name="viewport"/> of the canvas' user space.</summary>
    public void Render(CairoCanvas canvas, in SvgRectangle viewport)
    {
        var done = NativeRsvg.rsvg_handle_render_document(_handle, canvas.Handle, ToNative(viewport), out var error);
        ThrowIf(done == 0, error);
    }

    /// <summary>
    /// Draws the element <paramref name="id"/> with its children where it stands in the whole document fitted into <paramref name="viewport"/>.
    /// </summary>
    /// <exception cref="SvgException">No such element.</exception>
    public void RenderLayer(CairoCanvas canvas, string id, in SvgRectangle viewport)
    {
        var done = NativeRsvg.rsvg_handle_render_layer(_handle, canvas.Handle, "#" + id, ToNative(viewport), out var error);
        ThrowIf(done == 0, error);
    }

    /// <summary>
    /// The area that <paramref name="id"/> (null: the whole document) paints when the document is fitted into <paramref name="viewport"/>.
    /// </summary>
    /// <exception cref="SvgException">No such element.</exception>
    public SvgRectangle InkOf(string? id, in SvgRectangle viewport)
    {
        var done = NativeRsvg.rsvg_handle_get_geometry_for_layer(
            _handle, id is null ? null : "#" + id, ToNative(viewport), out var ink, out _, out var error);
        ThrowIf(done == 0, error);
        return new SvgRectangle(ink.X, ink.Y, ink.Width, ink.Height);
    }

    /// <summary>Draws the whole document on a surface of its own.</summary>
    public CairoSurface ToSurface(int width, int height)
    {
        var surface = CairoSurface.Create(width, height);
        using var canvas = new CairoCanvas(surface);
        Render(canvas, new SvgRectangle(0, 0, width, height));
        return surface;
    }

    public void Dispose() => _handle.Dispose();

    private static NativeRsvg.Rectangle ToNative(in SvgRectangle r) => new() { X = r.X, Y = r.Y, Width = r.Width, Height = r.Height };

    private static void ThrowIf(bool failed, NativeRsvg.GError* error)
    {
        if (error is not null)
        {
            var message = Marshal.PtrToStringUTF8(error->Message);
            NativeRsvg.g_error_free(error);
            throw new SvgException(message ?? "The SVG library failed without a message.");
        }

        if (failed)
        {
            throw new SvgException("The SVG library failed without a message.");
        }
    }
}
