namespace AvatarGrains.Native.Rsvg;

/// <summary>A rectangle in pixels or user units.</summary>
public readonly record struct SvgRectangle(double X, double Y, double Width, double Height);
