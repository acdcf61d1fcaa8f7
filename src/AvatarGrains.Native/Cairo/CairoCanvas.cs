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

    /// <summary>The map from user space to pixels.</summary>
    public CairoMatrix Matrix
    {
        get
        {
            NativeCairo.cairo_get_matrix(Handle, out var matrix);
            return matrix;
        }
        set => NativeCairo.cairo_set_matrix(Handle, in value);
    }

    public CairoOperator Operator
    {
        set => NativeCairo.cairo_set_operator(Handle, (int)value);
    }

    /// <summary>Puts the transformation, clip and operator aside until <see cref="Restore"/>.</summary>
    public void Save() => NativeCairo.cairo_save(Handle);

    public void Restore() => NativeCairo.cairo_restore(Handle);

    /// <summary>Draws what follows into a picture of its own.</summary>
    public void BeginGroup() => NativeCairo.cairo_push_group(Handle);

    /// <summary>Paints the group begun last with <paramref name="alpha"/>.</summary>
    public void EndGroup(double alpha = 1)
    {
        NativeCairo.cairo_pop_group_to_source(Handle);
        NativeCairo.cairo_paint_with_alpha(Handle, alpha);
    }

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

    /// <summary>Paints one colour where <paramref name="mask"/> has alpha, the mask's pixels being user units.</summary>
    public void PaintMask(CairoSurface mask, in CairoColor color)
    {
        NativeCairo.cairo_set_source_rgba(Handle, color.R, color.G, color.B, color.A);
        NativeCairo.cairo_mask_surface(Handle, mask.Handle, 0, 0);
    }

    public void NewPath() => NativeCairo.cairo_new_path(Handle);

    public void MoveTo(double x, double y) => NativeCairo.cairo_move_to(Handle, x, y);

    public void LineTo(double x, double y) => NativeCairo.cairo_line_to(Handle, x, y);

    public void CurveTo(double x1, double y1, double x2, double y2, double x3, double y3) =>
        NativeCairo.cairo_curve_to(Handle, x1, y1, x2, y2, x3, y3);

    public void ClosePath() => NativeCairo.cairo_close_path(Handle);

    public void Rectangle(double x, double y, double width, double height) => NativeCairo.cairo_rectangle(Handle, x, y, width, height);

    public void Arc(double x, double y, double radius, double fromRadians, double toRadians) =>
        NativeCairo.cairo_arc(Handle, x, y, radius, fromRadians, toRadians);

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

    /// <summary>Strokes the path with round joins and keeps it.</summary>
    public void Stroke(in CairoColor color, double width, CairoLineCap cap = CairoLineCap.Round)
    {
        NativeCairo.cairo_set_source_rgba(Handle, color.R, color.G, color.B, color.A);
        NativeCairo.cairo_set_line_width(Handle, width);
        NativeCairo.cairo_set_line_cap(Handle, (int)cap);
        NativeCairo.cairo_set_line_join(Handle, 1);
        NativeCairo.cairo_stroke_preserve(Handle);
    }

    /// <summary>Restricts drawing to the path, until <see cref="Restore"/>, and forgets the path.</summary>
    public void Clip() => NativeCairo.cairo_clip(Handle);

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
