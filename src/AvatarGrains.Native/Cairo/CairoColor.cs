using System.Globalization;

namespace AvatarGrains.Native.Cairo;

/// <summary>A colour with parts from 0 to 1, not premultiplied, sRGB.</summary>
public readonly record struct CairoColor(double R, double G, double B, double A = 1)
{
    public static CairoColor FromRgb(uint rgb) =>
        new(((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0);

    /// <summary>Reads <c>#rrggbb</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CairoColor color)
    {
        color = default;
        if (text.Length != 7 || text[0] != '#'
            || !uint.TryParse(text[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
        {
            return false;
        }

        color = FromRgb(rgb);
        return true;
    }
}
