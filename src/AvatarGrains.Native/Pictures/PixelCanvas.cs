using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AvatarGrains.Native.Pictures;

/// <summary>An opaque picture that sprites are painted on, sampled bilinearly, by rectangles. One thread at a time.</summary>
/// <remarks>
/// The inner loops are compiled with all optimization at once: the first picture of a process would otherwise take ten times as long.
/// </remarks>
public sealed unsafe class PixelCanvas
{
    private readonly uint[] _pixels;

    public PixelCanvas(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        (Width, Height) = (width, height);
        _pixels = new uint[width * height];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Bytes B, G, R, A, rows packed.</summary>
    public ReadOnlySpan<byte> Bgra => MemoryMarshal.AsBytes(_pixels.AsSpan());

    /// <summary>Replaces all pixels.</summary>
    /// <param name="bgra">Bytes B, G, R, A.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    public void Load(ReadOnlySpan<byte> bgra, int stride)
    {
        var target = MemoryMarshal.AsBytes(_pixels.AsSpan());
        for (var y = 0; y < Height; y++)
        {
            bgra.Slice(y * stride, Width * 4).CopyTo(target[(y * Width * 4)..]);
        }
    }

    /// <summary>Copies a rectangle, which must lie within both, from the same place of a canvas of the same size.</summary>
    public void CopyFrom(PixelCanvas other, int x, int y, int width, int height)
    {
        CheckInside(x, y, width, height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Width, Width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Height, Height);
        for (var row = y; row < y + height; row++)
        {
            other._pixels.AsSpan((row * Width) + x, width).CopyTo(_pixels.AsSpan((row * Width) + x));
        }
    }

    /// <summary>Paints the part of a sprite that lies in a rectangle, which must lie within the canvas.</summary>
    public void Paint(Sprite sprite, in SpritePlace place, int x, int y, int width, int height)
    {
        CheckInside(x, y, width, height);
        if (sprite.CoverageOf(place, x, y, width, height, out var inside) == Coverage.None)
        {
            return;
        }

        fixed (uint* source = sprite.Pixels)
        fixed (uint* target = _pixels)
        {
            for (var row = y; row < y + height; row++)
            {
                var u = place.U0 + (place.Ux * x) + (place.Uy * row);
                var v = place.V0 + (place.Vx * x) + (place.Vy * row);
                var line = new Span<uint>(target + ((row * Width) + x), width);
                if (inside)
                {
                    PaintInside(line, source, sprite.Width, u, v, place.Ux, place.Vx);
                }
                else
                {
                    PaintEdge(line, source, sprite, u, v, place);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PaintInside(Span<uint> line, uint* source, int stride, long u, long v, long ux, long vx)
    {
        for (var i = 0; i < line.Length; i++)
        {
            Over(ref line[i], Sample(source, stride, u, v));
            u += ux;
            v += vx;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PaintEdge(Span<uint> line, uint* source, Sprite sprite, long u, long v, in SpritePlace place)
    {
        var (right, bottom) = ((long)(sprite.Width - 1) << SpritePlace.FractionBits, (long)(sprite.Height - 1) << SpritePlace.FractionBits);
        for (var i = 0; i < line.Length; i++)
        {
            if (u >= 0 && v >= 0 && u < right && v < bottom)
            {
                Over(ref line[i], Sample(source, sprite.Width, u, v));
            }

            u += place.Ux;
            v += place.Vx;
        }
    }

    /// <summary>The mean of the four pixels around a point, weighted by nearness in 256 steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Sample(uint* source, int stride, long u, long v)
    {
        const int Shift = SpritePlace.FractionBits;
        var at = source + ((int)(v >> Shift) * stride) + (int)(u >> Shift);
        var upper = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)at).AsByte());
        var lower = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(at + stride)).AsByte());
        var down = (ushort)((v >> (Shift - 8)) & 255);
        var across = (ulong)((u >> (Shift - 8)) & 255);
        const ulong EachLane = 0x0001_0001_0001_0001;
        var half = Vector128.Create((ushort)128);
        var column = ((upper * (ushort)(256 - down)) + (lower * down) + half) >>> 8;
        var weighted = column * Vector128.Create((256 - across) * EachLane, across * EachLane).AsUInt16();
        var sum = (weighted + Vector128.Create(weighted.AsUInt64().GetElement(1), 0ul).AsUInt16() + half) >>> 8;
        return Vector128.Narrow(sum, sum).AsUInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Over(ref uint target, uint source)
    {
        if (source >= 0xff000000)
        {
            target = source;
        }
        else if (source != 0)
        {
            target = Blend(target, source);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Blend(uint target, uint source)
    {
        // Two channels at a time in 16-bit lanes; t · a / 255 rounded is (x + (x >> 8)) >> 8 with x = t · a + 128.
        const uint Even = 0x00ff00ff;
        const uint Halves = 0x00800080;
        var through = 255 - (source >> 24);
        var even = ((target & Even) * through) + Halves;
        var odd = (((target >> 8) & Even) * through) + Halves;
        even = ((even + ((even >> 8) & Even)) >> 8) & Even;
        odd = (odd + ((odd >> 8) & Even)) & ~Even;
        return source + (even | odd);
    }

    private void CheckInside(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x, Width - width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(y, Height - height);
    }
}
