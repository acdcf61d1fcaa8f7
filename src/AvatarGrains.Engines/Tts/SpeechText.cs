using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AvatarGrains.Engines.Tts;

/// <summary>Makes text speakable in any language: no markup, no emoji, addresses shortened to what a person would say.</summary>
internal static partial class SpeechText
{
    /// <summary>Longest text one request may carry, characters.</summary>
    public const int MaxLength = 5000;

    public static string Clean(string text)
    {
        var plain = UrlPattern().Replace(text, match => match.Groups["host"].Value);
        plain = LinkPattern().Replace(plain, "$1");
        var result = new StringBuilder(plain.Length);
        foreach (var rune in plain.EnumerateRunes())
        {
            Append(result, rune);
        }

        return SpacePattern().Replace(result.ToString(), " ").Trim();
    }

    /// <summary>True when there is anything to say.</summary>
    public static bool IsSpeakable(string text) => text.Any(char.IsLetterOrDigit);

    private static void Append(StringBuilder result, Rune rune)
    {
        switch (rune.Value)
        {
            case '‘' or '’' or 'ʼ':
                _ = result.Append('\'');
                return;
            case '“' or '”' or '«' or '»' or '„' or '"':
                _ = result.Append(' ');
                return;
            case '—' or '–':
                _ = result.Append(", ");
                return;
            case '…':
                _ = result.Append('.');
                return;
            case '*' or '`' or '#' or '|' or '~' or '_' or '\\' or '<' or '>' or '[' or ']' or '{' or '}':
                _ = result.Append(' ');
                return;
        }

        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                _ = result.Append(' ');
                return;
            case UnicodeCategory.OtherSymbol when rune.Value is not ('°' or '№'):
            case UnicodeCategory.Format when rune.Value is not (0x200C or 0x200D):
            case UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
            case UnicodeCategory.ModifierSymbol when rune.Value > 0xFFFF:
            case UnicodeCategory.NonSpacingMark when rune.Value is >= 0xFE00 and <= 0xFE0F or 0x20E3:
                return;
            default:
                _ = result.Append(rune.ToString());
                return;
        }
    }

    [GeneratedRegex(@"https?://(?:www\.)?(?<host>[^\s/?#:()<>\[\]]+)[^\s()<>\[\]]*(?<![.,!?])", RegexOptions.IgnoreCase
        | RegexOptions.CultureInvariant)]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"!?\[([^\[\]]{1,200})\]\([^()\s]{1,1000}\)", RegexOptions.CultureInvariant)]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex SpacePattern();
}
