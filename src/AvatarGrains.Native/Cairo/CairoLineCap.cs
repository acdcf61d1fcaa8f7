namespace AvatarGrains.Native.Cairo;

/// <summary>The end of a stroked line.</summary>
public enum CairoLineCap
{
    Butt = 0,
    Round = 1,
    Square = 2,
}
