using System.Globalization;

namespace AvatarGrains.Core.Speech;

/// <summary>Counts words: runs of letters and digits, and in scripts that are written without spaces each character.</summary>
internal static class WordCount
{
    public static int Of(string text)
    {
        var (count, inside) = (0, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var alone = rune.Value is (>= 0x3040 and <= 0x30FF) or (>= 0x4E00 and <= 0x9FFF);
            var part = System.Text.Rune.IsLetterOrDigit(rune) || (inside && IsMark(rune));
            count += part && (alone || !inside) ? 1 : 0;
            inside = part && !alone;
        }

        return count;
    }

    private static bool IsMark(System.Text.Rune rune) => rune.Value == '\''
        || System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
