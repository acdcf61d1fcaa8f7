using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Native.Pictures;

/// <summary>
/// Where a sprite's pixels are on a canvas, as the map from pixel centres of the canvas to the sprite's samples in fixed point. The
/// position of a pixel is the same from whatever corner it is counted, so that painting by parts gives what painting at once gives.
/// </summary>
public readonly record struct SpritePlace
{
    internal const int FractionBits = 24;
    internal const long One = 1L << FractionBits;

    private SpritePlace(long ux, long uy, long u0, long vx, long vy, long v0) => (Ux, Uy, U0, Vx, Vy, V0) = (ux, uy, u0, vx, vy, v0);

    internal long Ux { get; }

    internal long Uy { get; }

    internal long U0 { get; }

    internal long Vx { get; }

    internal long Vy { get; }

    internal long V0 { get; }

    /// <summary>Places the picture a sprite was made from.</summary>
    /// <param name="sprite">The sprite.</param>
    /// <param name="map">From the pixels of that picture to pixels of the canvas.</param>
    /// <exception cref="ArgumentException">The map squeezes the picture to nothing.</exception>
    public static SpritePlace Of(Sprite sprite, in CairoMatrix map)
    {
        var determinant = (map.Xx * map.Yy) - (map.Xy * map.Yx);
        if (!(Math.Abs(determinant) > 1e-9))
        {
            throw new ArgumentException("The map cannot be inverted.", nameof(map));
        }

        double xx = map.Yy / determinant, xy = -map.Xy / determinant, yx = -map.Yx / determinant, yy = map.Xx / determinant;
        // Samples lie at the centres of pixels, on both sides.
        var u = (xx * (0.5 - map.X0)) + (xy * (0.5 - map.Y0)) - 0.5 - sprite.OffsetX;
        var v = (yx * (0.5 - map.X0)) + (yy * (0.5 - map.Y0)) - 0.5 - sprite.OffsetY;
        return new SpritePlace(Fixed(xx), Fixed(xy), Fixed(u), Fixed(yx), Fixed(yy), Fixed(v));
    }

    private static long Fixed(double value) => (long)Math.Round(Math.Clamp(value, -1e6, 1e6) * One);
}
