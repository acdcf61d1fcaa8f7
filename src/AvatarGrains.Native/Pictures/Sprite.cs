using System.Runtime.InteropServices;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Native.Pictures;

/// <summary>
/// A picture to be painted again and again under changing affine maps: cut to its painted pixels, with a map of where it is opaque.
/// Immutable; any number of threads.
/// </summary>
public sealed class Sprite
{
    private const int BlockShift = 3;
    private const int Block = 1 << BlockShift;

    // Premultiplied BGRA with a transparent pixel around the painted ones, which sampling may read.
    private readonly uint[] _pixels;

    // Sums over blocks from the upper left corner: blocks with anything painted, and blocks that are opaque throughout.
    private readonly int[] _ink;
    private readonly int[] _opaque;
    private readonly int _blocksWide;
    private readonly int _blocksHigh;

    private Sprite(uint[] pixels, int width, int height, int offsetX, int offsetY)
    {
        (_pixels, Width, Height, OffsetX, OffsetY) = (pixels, width, height, offsetX, offsetY);
        _blocksWide = (width + Block - 1) >> BlockShift;
        _blocksHigh = (height + Block - 1) >> BlockShift;
        _ink = new int[(_blocksWide + 1) * (_blocksHigh + 1)];
        _opaque = new int[_ink.Length];
        SumBlocks();
    }

    /// <summary>Memory it takes.</summary>
    public long Bytes => (_pixels.Length + _ink.Length + _opaque.Length) * 4L;

    /// <summary>True when there is nothing to paint.</summary>
    public bool IsEmpty => _pixels.Length == 0;

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>Column of the source picture that column 0 shows.</summary>
    internal int OffsetX { get; }

    /// <summary>Row of the source picture that row 0 shows.</summary>
    internal int OffsetY { get; }

    internal ReadOnlySpan<uint> Pixels => _pixels;

    /// <summary>Copies what is painted on <paramref name="surface"/>.</summary>
    public static Sprite From(CairoSurface surface)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(surface.Pixels);
        var stride = surface.Stride / 4;
        var (left, top, right, bottom) = InkOf(pixels, stride, surface.Width, surface.Height);
        if (right <= left)
        {
            return new Sprite([], 0, 0, 0, 0);
        }

        var (width, height) = (right - left + 2, bottom - top + 2);
        var copy = new uint[width * height];
        for (var y = top; y < bottom; y++)
        {
            pixels.Slice((y * stride) + left, right - left).CopyTo(copy.AsSpan(((y - top + 1) * width) + 1));
        }

        return new Sprite(copy, width, height, left - 1, top - 1);
    }

    /// <summary>What the sprite does to the pixels from (x, y) on, <paramref name="width"/> × <paramref name="height"/>.</summary>
    /// <remarks>Errs only towards <see cref="Coverage.Some"/>.</remarks>
    public Coverage CoverageOf(in SpritePlace place, int x, int y, int width, int height) => CoverageOf(place, x, y, width, height, out _);

    /// <summary>The same, and whether every sample lies within the sprite.</summary>
    internal Coverage CoverageOf(in SpritePlace place, int x, int y, int width, int height, out bool inside)
    {
        var (u, v) = (place.U0 + (place.Ux * x) + (place.Uy * y), place.V0 + (place.Vx * x) + (place.Vy * y));
        var (ux, uy) = (place.Ux * (width - 1), place.Uy * (height - 1));
        var (vx, vy) = (place.Vx * (width - 1), place.Vy * (height - 1));
        var left = (u + Math.Min(ux, 0) + Math.Min(uy, 0)) >> SpritePlace.FractionBits;
        var right = ((u + Math.Max(ux, 0) + Math.Max(uy, 0)) >> SpritePlace.FractionBits) + 1;
        var top = (v + Math.Min(vx, 0) + Math.Min(vy, 0)) >> SpritePlace.FractionBits;
        var bottom = ((v + Math.Max(vx, 0) + Math.Max(vy, 0)) >> SpritePlace.FractionBits) + 1;
        inside = left >= 0 && top >= 0 && right < Width && bottom < Height;
        if (right < 0 || bottom < 0 || left >= Width || top >= Height)
        {
            return Coverage.None;
        }

        var (l, t) = ((int)Math.Max(left, 0) >> BlockShift, (int)Math.Max(top, 0) >> BlockShift);
        var (r, b) = (((int)Math.Min(right, Width - 1) >> BlockShift) + 1, ((int)Math.Min(bottom, Height - 1) >> BlockShift) + 1);
        if (Sum(_ink, l, t, r, b) == 0)
        {
            return Coverage.None;
        }

        return inside && Sum(_opaque, l, t, r, b) == (r - l) * (b - t) ? Coverage.Full : Coverage.Some;
    }

    private static (int Left, int Top, int Right, int Bottom) InkOf(ReadOnlySpan<uint> pixels, int stride, int width, int height)
    {
        var (left, top, right, bottom) = (width, height, 0, 0);
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Slice(y * stride, width);
            var first = row.IndexOfAnyExcept(0u);
            if (first >= 0)
            {
                (left, right) = (Math.Min(left, first), Math.Max(right, row.LastIndexOfAnyExcept(0u) + 1));
                (top, bottom) = (Math.Min(top, y), y + 1);
            }
        }

        return (left, top, right, bottom);
    }

    private int Sum(int[] sums, int left, int top, int right, int bottom)
    {
        var wide = _blocksWide + 1;
        return sums[(bottom * wide) + right] - sums[(bottom * wide) + left] - sums[(top * wide) + right] + sums[(top * wide) + left];
    }

    private void SumBlocks()
    {
        var wide = _blocksWide + 1;
        for (var by = 0; by < _blocksHigh; by++)
        {
            for (var bx = 0; bx < _blocksWide; bx++)
            {
                var (ink, opaque) = Look(bx, by);
                var at = ((by + 1) * wide) + bx + 1;
                _ink[at] = (ink ? 1 : 0) + _ink[at - 1] + _ink[at - wide] - _ink[at - wide - 1];
                _opaque[at] = (opaque ? 1 : 0) + _opaque[at - 1] + _opaque[at - wide] - _opaque[at - wide - 1];
            }
        }
    }

    private (bool Ink, bool Opaque) Look(int bx, int by)
    {
        var (x, y) = (bx << BlockShift, by << BlockShift);
        var (width, bottom) = (Math.Min(Block, Width - x), Math.Min(y + Block, Height));
        var (ink, opaque) = (false, true);
        for (; y < bottom; y++)
        {
            var row = _pixels.AsSpan((y * Width) + x, width);
            ink |= row.ContainsAnyExcept(0u);
            opaque &= !row.ContainsAnyExceptInRange(0xff000000u, 0xffffffffu);
        }

        return (ink, opaque);
    }
}
