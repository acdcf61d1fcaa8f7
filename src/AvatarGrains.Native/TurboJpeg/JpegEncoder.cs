using System.Buffers;
using System.Runtime.InteropServices;

namespace AvatarGrains.Native.TurboJpeg;

/// <summary>Encodes BGRA pictures as JPEG, 4:2:0. One thread at a time.</summary>
public sealed unsafe class JpegEncoder : IDisposable
{
    private readonly TurboJpegHandle _handle = new(NativeTurboJpeg.tjInitCompress());

    /// <summary>Encodes one picture.</summary>
    /// <param name="bgra">Width × height × 4 bytes, rows packed; alpha is ignored.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="JpegException">The library failed.</exception>
    public byte[] Encode(ReadOnlySpan<byte> bgra, int width, int height, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, width * height * 4);
        var length = NativeTurboJpeg.tjBufSize(width, height, NativeTurboJpeg.Sampling420);
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            fixed (byte* source = bgra)
            fixed (byte* target = buffer)
            {
                var jpeg = target;
                var status = NativeTurboJpeg.tjCompress2(
                    _handle,
                    source,
                    width,
                    width * 4,
                    height,
                    NativeTurboJpeg.PixelBgrx,
                    ref jpeg,
                    ref length,
                    NativeTurboJpeg.Sampling420,
                    quality,
                    NativeTurboJpeg.FlagNoRealloc);
                return status == 0 ? buffer.AsSpan(0, (int)length).ToArray() : throw new JpegException(Message(_handle));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _handle.Dispose();

    internal static string Message(TurboJpegHandle handle) =>
        Marshal.PtrToStringUTF8(NativeTurboJpeg.tjGetErrorStr2(handle)) ?? "the JPEG library failed without a message";
}
