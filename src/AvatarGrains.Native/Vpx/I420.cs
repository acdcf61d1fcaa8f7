using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AvatarGrains.Native.Vpx;

/// <summary>Conversion between packed BGRA and planar YUV 4:2:0, ITU-R BT.601, limited range, as VP8 defines (RFC 6386 section 9.2).</summary>
public static class I420
{
    /// <summary>Converts a picture of even width and height; chroma is the mean of each 2×2 block.</summary>
    /// <param name="bgra">Width × height × 4 bytes, rows packed.</param>
    /// <param name="width">Pixels, even.</param>
    /// <param name="height">Pixels, even.</param>
    /// <param name="y">Luma plane.</param>
    /// <param name="strideY">Bytes from one luma row to the next.</param>
    /// <param name="u">Blue-difference plane.</param>
    /// <param name="v">Red-difference plane.</param>
    /// <param name="strideUv">Bytes from one chroma row to the next.</param>
    public static void FromBgra(ReadOnlySpan<byte> bgra, int width, int height, Span<byte> y, int strideY, Span<byte> u, Span<byte> v, int strideUv)
    {
        for (var row = 0; row < height; row += 2)
        {
            var top = MemoryMarshal.Cast<byte, uint>(bgra.Slice(row * width * 4, width * 4));
            var bottom = MemoryMarshal.Cast<byte, uint>(bgra.Slice((row + 1) * width * 4, width * 4));
            Luma(top, y.Slice(row * strideY, width));
            Luma(bottom, y.Slice((row + 1) * strideY, width));
            Chroma(top, bottom, u.Slice(row / 2 * strideUv, width / 2), v.Slice(row / 2 * strideUv, width / 2));
        }
    }

    /// <summary>Converts back to opaque BGRA, chroma repeated.</summary>
    public static void ToBgra(
        ReadOnlySpan<byte> y, int strideY, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, int strideUv, int width, int height, Span<byte> bgra)
    {
        for (var row = 0; row < height; row++)
        {
            var line = bgra.Slice(row * width * 4, width * 4);
            for (var x = 0; x < width; x++)
            {
                var c = 298 * (y[(row * strideY) + x] - 16);
                var d = u[(row / 2 * strideUv) + (x / 2)] - 128;
                var e = v[(row / 2 * strideUv) + (x / 2)] - 128;
                line[x * 4] = Clamp((c + (516 * d) + 128) >> 8);
                line[(x * 4) + 1] = Clamp((c - (100 * d) - (208 * e) + 128) >> 8);
                line[(x * 4) + 2] = Clamp((c + (409 * e) + 128) >> 8);
                line[(x * 4) + 3] = 255;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Luma(ReadOnlySpan<uint> pixels, Span<byte> y)
    {
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x + 32 <= pixels.Length; x += 32)
            {
                var low = Vector256.Narrow(Luma8(Vector256.Create(pixels[x..])), Luma8(Vector256.Create(pixels[(x + 8)..])));
                var high = Vector256.Narrow(Luma8(Vector256.Create(pixels[(x + 16)..])), Luma8(Vector256.Create(pixels[(x + 24)..])));
                Vector256.Narrow(low, high).CopyTo(y[x..]);
            }
        }

        for (; x < pixels.Length; x++)
        {
            var p = pixels[x];
            y[x] = (byte)((((66 * ((p >> 16) & 255)) + (129 * ((p >> 8) & 255)) + (25 * (p & 255)) + 128) >> 8) + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Luma8(Vector256<uint> p)
    {
        var mask = Vector256.Create(255u);
        var sum = ((p >>> 16) & mask) * 66u;
        sum += ((p >>> 8) & mask) * 129u;
        sum += (p & mask) * 25u;
        return ((sum + Vector256.Create(128u)) >>> 8) + Vector256.Create(16u);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chroma(ReadOnlySpan<uint> top, ReadOnlySpan<uint> bottom, Span<byte> u, Span<byte> v)
    {
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x + 8 <= top.Length; x += 8)
            {
                Chroma4(Vector256.Create(top[x..]), Vector256.Create(bottom[x..]), out var us, out var vs);
                for (var i = 0; i < 4; i++)
                {
                    u[(x / 2) + i] = (byte)us.GetElement(i);
                    v[(x / 2) + i] = (byte)vs.GetElement(i);
                }
            }
        }

        for (; x < top.Length; x += 2)
        {
            int b = 0, g = 0, r = 0;
            foreach (var p in (ReadOnlySpan<uint>)[top[x], top[x + 1], bottom[x], bottom[x + 1]])
            {
                b += (int)(p & 255);
                g += (int)((p >> 8) & 255);
                r += (int)((p >> 16) & 255);
            }

            u[x / 2] = (byte)((((112 * b) - (38 * r) - (74 * g) + 512) >> 10) + 128);
            v[x / 2] = (byte)((((112 * r) - (94 * g) - (18 * b) + 512) >> 10) + 128);
        }
    }

    /// <summary>Four chroma pairs from two rows of eight pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chroma4(Vector256<uint> top, Vector256<uint> bottom, out Vector128<int> u, out Vector128<int> v)
    {
        // Two 16-bit lanes a pixel hold blue and red, and green; a sum of four bytes fits in each.
        var even = Vector256.Create(0x00ff00ffu);
        var greenOnly = Vector256.Create(255u);
        var blueRed = ((top & even) + (bottom & even)).AsUInt64();
        var green = (((top >>> 8) & greenOnly) + ((bottom >>> 8) & greenOnly)).AsUInt64();
        var br = Vector256.Narrow(blueRed + (blueRed >>> 32), Vector256<ulong>.Zero).GetLower();
        var g = Vector256.Narrow(green + (green >>> 32), Vector256<ulong>.Zero).GetLower().AsInt32();
        var b = (br & Vector128.Create(0xffffu)).AsInt32();
        var r = (br >>> 16).AsInt32();
        var half = Vector128.Create(512);
        var bias = Vector128.Create(128);
        u = (((b * 112) - (r * 38) - (g * 74) + half) >> 10) + bias;
        v = (((r * 112) - (g * 94) - (b * 18) + half) >> 10) + bias;
    }
}
