namespace AvatarGrains.Native.Cairo;

/// <summary>How a surface is sampled when it is scaled, rotated or shifted by a fraction of a pixel.</summary>
public enum CairoFilter
{
    Fast = 0,

    /// <summary>Bilinear, with proper averaging when it shrinks.</summary>
    Good = 1,
    Best = 2,
    Nearest = 3,
    Bilinear = 4,
}
