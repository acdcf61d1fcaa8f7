using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Cairo;

/// <summary>An affine map: x' = Xx·x + Xy·y + X0, y' = Yx·x + Yy·y + Y0.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CairoMatrix(double Xx, double Yx, double Xy, double Yy, double X0, double Y0)
{
    public static CairoMatrix Identity { get; } = new(1, 0, 0, 1, 0, 0);

    public static CairoMatrix Translation(double x, double y) => new(1, 0, 0, 1, x, y);

    public static CairoMatrix Scaling(double x, double y) => new(x, 0, 0, y, 0, 0);

    /// <summary>Clockwise on a screen whose y axis points down.</summary>
    public static CairoMatrix Rotation(double radians)
    {
        var (sin, cos) = Math.SinCos(radians);
        return new(cos, sin, -sin, cos, 0, 0);
    }

    /// <summary>This map followed by <paramref name="next"/>.</summary>
    public CairoMatrix Then(in CairoMatrix next) => new(
        (Xx * next.Xx) + (Yx * next.Xy),
        (Xx * next.Yx) + (Yx * next.Yy),
        (Xy * next.Xx) + (Yy * next.Xy),
        (Xy * next.Yx) + (Yy * next.Yy),
        (X0 * next.Xx) + (Y0 * next.Xy) + next.X0,
        (X0 * next.Yx) + (Y0 * next.Yy) + next.Y0);
}
