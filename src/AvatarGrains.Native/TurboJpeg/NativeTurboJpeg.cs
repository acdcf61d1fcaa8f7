using System.Runtime.InteropServices;

namespace AvatarGrains.Native.TurboJpeg;

/// <summary>Declarations of the TurboJPEG 2 API (libjpeg-turbo 2.0 and later).</summary>
internal static unsafe partial class NativeTurboJpeg
{
    private const string Library = NativeNames.TurboJpeg;

    public const int PixelBgrx = 3;
    public const int PixelBgra = 8;
    public const int Sampling420 = 2;
    public const int FlagNoRealloc = 1024;

    [LibraryImport(Library)]
    public static partial nint tjInitCompress();

    [LibraryImport(Library)]
    public static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    public static partial int tjDestroy(nint handle);

    [LibraryImport(Library)]
    public static partial nuint tjBufSize(int width, int height, int sampling);

    [LibraryImport(Library)]
    public static partial int tjCompress2(
        TurboJpegHandle handle,
        byte* source,
        int width,
        int pitch,
        int height,
        int format,
        ref byte* jpeg,
        ref nuint length,
        int sampling,
        int quality,
        int flags);

    [LibraryImport(Library)]
    public static partial int tjDecompressHeader3(
        TurboJpegHandle handle, byte* jpeg, nuint length, out int width, out int height, out int sampling, out int colorSpace);

    [LibraryImport(Library)]
    public static partial int tjDecompress2(
        TurboJpegHandle handle, byte* jpeg, nuint length, byte* target, int width, int pitch, int height, int format, int flags);

    [LibraryImport(Library)]
    public static partial nint tjGetErrorStr2(TurboJpegHandle handle);
}
