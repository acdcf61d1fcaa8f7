using System.Text.RegularExpressions;

namespace AvatarGrains.Core.Speech;

/// <summary>Reads the two spellings of control tags.</summary>
internal static partial class MarkupTags
{
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal) { "think", "thinking", "thought", "reasoning", "script", "style" };

    /// <summary><c>face:joy</c>, the inside of a bracket.</summary>
    public static bool TryBracket(string inside, out TextTag tag)
    {
        var match = BracketPattern().Match(inside);
        tag = match.Success ? new TextTag(match.Groups[1].Value.ToLowerInvariant(), match.Groups[2].Value.Trim()) : default;
        return match.Success;
    }

    /// <summary>The inside of an angle-bracketed tag: name, first attribute value, whether it closes.</summary>
    public static bool TryAngle(string inside, out TextTag tag, out bool closing, out bool selfClosing)
    {
        var match = AnglePattern().Match(inside);
        closing = match.Groups[1].Length > 0;
        selfClosing = match.Groups[4].Length > 0;
        tag = match.Success
            ? new TextTag(match.Groups[2].Value.ToLowerInvariant(), AttributePattern().Match(match.Groups[3].Value).Groups[1].Value)
            : default;
        return match.Success;
    }

    /// <summary>True when the content of an element is never spoken.</summary>
    public static bool IsSilent(string name) => Silent.Contains(name);

    [GeneratedRegex(@"^\s*([A-Za-z][A-Za-z_]{1,23})\s*:\s*([^\[\]:/\s][^\[\]/]{0,62})$", RegexOptions.CultureInvariant)]
    private static partial Regex BracketPattern();

    [GeneratedRegex(@"^(/?)([A-Za-z][A-Za-z0-9_-]{0,31})((?:\s[^<>]*?)?)\s*(/?)$", RegexOptions.CultureInvariant)]
    private static partial Regex AnglePattern();

    [GeneratedRegex("=\\s*[\"']?([^\"']*)", RegexOptions.CultureInvariant)]
    private static partial Regex AttributePattern();
}
