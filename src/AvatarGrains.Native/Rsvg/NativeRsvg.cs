using System.Runtime.InteropServices;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Native.Rsvg;

/// <summary>Declarations of librsvg 2.46 and later, and of the GLib functions its objects need.</summary>
internal static unsafe partial class NativeRsvg
{
    private const string Library = NativeNames.Rsvg;
    private const string GObject = NativeNames.GObject;
    private const string GLib = NativeNames.GLib;

    [StructLayout(LayoutKind.Sequential)]
    public struct Rectangle
    {
        public double X;
        public double Y;
        public double Width;
        public double Height;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct GError
    {
        public uint Domain;
        public int Code;
        public nint Message;
    }

    [LibraryImport(Library)]
    public static partial nint rsvg_handle_new_from_data(byte* data, nuint length, out GError* error);

    [LibraryImport(Library)]
    public static partial void rsvg_handle_set_dpi(RsvgHandle handle, double dpi);

    [LibraryImport(Library)]
    public static partial int rsvg_handle_set_stylesheet(RsvgHandle handle, byte* css, nuint length, out GError* error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rsvg_handle_has_sub(RsvgHandle handle, string id);

    [LibraryImport(Library)]
    public static partial int rsvg_handle_render_document(RsvgHandle handle, CairoContextHandle context, in Rectangle viewport, out GError* error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rsvg_handle_render_layer(
        RsvgHandle handle, CairoContextHandle context, string? id, in Rectangle viewport, out GError* error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rsvg_handle_get_geometry_for_layer(
        RsvgHandle handle, string? id, in Rectangle viewport, out Rectangle ink, out Rectangle logical, out GError* error);

    [LibraryImport(Library)]
    public static partial void rsvg_handle_get_intrinsic_dimensions(
        RsvgHandle handle, out int hasWidth, RsvgLength* width, out int hasHeight, RsvgLength* height, out int hasViewBox, out Rectangle viewBox);

    [LibraryImport(GObject)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(GLib)]
    public static partial void g_error_free(GError* error);

    [StructLayout(LayoutKind.Sequential)]
    public struct RsvgLength
    {
        public double Length;
        public int Unit;
    }
}
