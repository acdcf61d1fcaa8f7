using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Cairo;

/// <summary>Declarations of the part of libcairo 1.16 that is used.</summary>
internal static unsafe partial class NativeCairo
{
    private const string Library = NativeNames.Cairo;

    public const int FormatArgb32 = 0;
    public const int StatusSuccess = 0;
    public const int StatusWriteError = 11;
    public const int StatusReadError = 10;

    [LibraryImport(Library)]
    public static partial nint cairo_image_surface_create(int format, int width, int height);

    [LibraryImport(Library)]
    public static partial nint cairo_image_surface_create_from_png_stream(
        delegate* unmanaged[Cdecl]<nint, byte*, uint, int> read, nint closure);

    [LibraryImport(Library)]
    public static partial int cairo_surface_write_to_png_stream(
        CairoSurfaceHandle surface, delegate* unmanaged[Cdecl]<nint, byte*, uint, int> write, nint closure);

    [LibraryImport(Library)]
    public static partial byte* cairo_image_surface_get_data(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial int cairo_image_surface_get_width(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial int cairo_image_surface_get_height(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial int cairo_image_surface_get_stride(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial int cairo_image_surface_get_format(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial int cairo_surface_status(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial void cairo_surface_flush(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial void cairo_surface_mark_dirty(CairoSurfaceHandle surface);

    [LibraryImport(Library)]
    public static partial void cairo_surface_destroy(nint surface);

    [LibraryImport(Library)]
    public static partial nint cairo_status_to_string(int status);

    [LibraryImport(Library)]
    public static partial nint cairo_create(CairoSurfaceHandle target);

    [LibraryImport(Library)]
    public static partial void cairo_destroy(nint context);

    [LibraryImport(Library)]
    public static partial int cairo_status(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_save(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_restore(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_transform(CairoContextHandle context, in CairoMatrix matrix);

    [LibraryImport(Library)]
    public static partial void cairo_set_source_rgba(CairoContextHandle context, double r, double g, double b, double a);

    [LibraryImport(Library)]
    public static partial void cairo_set_source_surface(CairoContextHandle context, CairoSurfaceHandle surface, double x, double y);

    [LibraryImport(Library)]
    public static partial void cairo_set_source(CairoContextHandle context, nint pattern);

    [LibraryImport(Library)]
    public static partial nint cairo_get_source(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_pattern_set_filter(nint pattern, int filter);

    [LibraryImport(Library)]
    public static partial void cairo_pattern_set_extend(nint pattern, int extend);

    [LibraryImport(Library)]
    public static partial nint cairo_pattern_create_linear(double x0, double y0, double x1, double y1);

    [LibraryImport(Library)]
    public static partial nint cairo_pattern_create_radial(double cx0, double cy0, double r0, double cx1, double cy1, double r1);

    [LibraryImport(Library)]
    public static partial void cairo_pattern_add_color_stop_rgba(nint pattern, double offset, double r, double g, double b, double a);

    [LibraryImport(Library)]
    public static partial void cairo_pattern_destroy(nint pattern);

    [LibraryImport(Library)]
    public static partial void cairo_paint_with_alpha(CairoContextHandle context, double alpha);

    [LibraryImport(Library)]
    public static partial void cairo_paint(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_new_path(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_move_to(CairoContextHandle context, double x, double y);

    [LibraryImport(Library)]
    public static partial void cairo_close_path(CairoContextHandle context);

    [LibraryImport(Library)]
    public static partial void cairo_rectangle(CairoContextHandle context, double x, double y, double width, double height);

    [LibraryImport(Library)]
    public static partial void cairo_arc(CairoContextHandle context, double x, double y, double radius, double from, double to);

    [LibraryImport(Library)]
    public static partial void cairo_fill_preserve(CairoContextHandle context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void cairo_select_font_face(CairoContextHandle context, string family, int slant, int weight);

    [LibraryImport(Library)]
    public static partial void cairo_set_font_size(CairoContextHandle context, double size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void cairo_show_text(CairoContextHandle context, string text);
}
