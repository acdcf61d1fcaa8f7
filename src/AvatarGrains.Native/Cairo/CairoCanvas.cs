namespace AvatarGrains.Native.Cairo;

/// <summary>Draws on a <see cref="CairoSurface"/>. One thread at a time; dispose it before the surface's pixels are handed on.</summary>
public sealed class CairoCanvas : IDisposable
{
    public CairoCanvas(CairoSurface target)
    {
        Handle = new CairoContextHandle(NativeCairo.cairo_create(target.Handle));
        CairoSurface.Check(NativeCairo.cairo_status(Handle));
    }

    internal CairoContextHandle Handle { get; }

    /// <summary>Applies <paramref name="matrix"/> before the present transformation.</summary>
    public void Transform(in CairoMatrix matrix) => NativeCairo.cairo_transform(Handle, in matrix);

    /// <summary>Fills the clip with one colour.</summary>
    public void Paint(in CairoColor color)
    {
        NativeCairo.cairo_set_source_rgba(Handle, color.R, color.G, color.B, color.A);
        NativeCairo.cairo_paint(Handle);
    }

    /// <summary>Paints <paramref name="source"/>, its pixels mapped to user space by <paramref name="placement"/>.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="placement">Where it goes.</param>
    /// <param name="filter">How it is sampled.</param>
    /// <param name="alpha">Opacity, 0 to 1.</param>
    /// <param name="extendEdges">Repeats the pixels of its edges outwards over the whole clip instead of blending them with transparency.</param>
    public void PaintSurface(
        CairoSurface source, in CairoMatrix placement, CairoFilter filter = CairoFilter.Good, double alpha = 1, bool extendEdges = false)
    {
        const int ExtendPad = 3;
        NativeCairo.cairo_save(Handle);
        NativeCairo.cairo_transform(Handle, in placement);
        NativeCairo.cairo_set_source_surface(Handle, source.Handle, 0, 0);
        var pattern = NativeCairo.cairo_get_source(Handle);
        NativeCairo.cairo_pattern_set_filter(pattern, (int)filter);
        if (extendEdges)
        {
            NativeCairo.cairo_pattern_set_extend(pattern, ExtendPad);
        }

        NativeCairo.cairo_paint_with_alpha(Handle, alpha);
        NativeCairo.cairo_restore(Handle);
    }

    public void NewPath() => NativeCairo.cairo_new_path(Handle);

    public void MoveTo(double x, double y) => NativeCairo.cairo_move_to(Handle, x, y);

    public void Rectangle(double x, double y, double width, double height) => NativeCairo.cairo_rectangle(Handle, x, y, width, height);

    /// <summary>Adds a full ellipse to the path.</summary>
    public void Ellipse(double x, double y, double radiusX, double radiusY)
    {
        NativeCairo.cairo_save(Handle);
        NativeCairo.cairo_transform(Handle, new CairoMatrix(radiusX, 0, 0, radiusY, x, y));
        NativeCairo.cairo_move_to(Handle, 1, 0);
        NativeCairo.cairo_arc(Handle, 0, 0, 1, 0, Math.Tau);
        NativeCairo.cairo_close_path(Handle);
        NativeCairo.cairo_restore(Handle);
    }

    /// <summary>Fills the path and keeps it.</summary>
    public void Fill(in CairoColor color)
    {
        NativeCairo.cairo_set_source_rgba(Handle, color.R, color.G, color.B, color.A);
        NativeCairo.cairo_fill_preserve(Handle);
    }

    /// <summary>Fills the path with a gradient and keeps it.</summary>
    public void Fill(CairoGradient gradient)
    {
        NativeCairo.cairo_set_source(Handle, gradient.Handle);
        NativeCairo.cairo_fill_preserve(Handle);
        GC.KeepAlive(gradient);
    }

    /// <summary>Writes one line of text, its baseline starting at the point given, in the system's sans-serif face.</summary>
    public void Text(string text, double x, double y, double size, in CairoColor color, bool bold = false)
    {
        NativeCairo.cairo_select_font_face(Handle, "sans-serif", 0, bold ? 1 : 0);
        NativeCairo.cairo_set_font_size(Handle, size);
        NativeCairo.cairo_set_source_rgba(Handle, color.R, color.G, color.B, color.A);
        NativeCairo.cairo_move_to(Handle, x, y);
        NativeCairo.cairo_show_text(Handle, text);
        NativeCairo.cairo_new_path(Handle);
    }

    /// <summary>Throws when anything drawn so far has failed.</summary>
    /// <exception cref="CairoException">The context is in error.</exception>
    public void ThrowIfFailed() => CairoSurface.Check(NativeCairo.cairo_status(Handle));

    public void Dispose() => Handle.Dispose();
}
