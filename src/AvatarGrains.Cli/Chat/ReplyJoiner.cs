using System.Globalization;
using System.Text;

namespace AvatarGrains.Cli.Chat;

/// <summary>
/// Makes one text of the pieces of a reply. Some servers send sentences without the space between them, others with; and a terminal must
/// never be handed control characters.
/// </summary>
internal sealed class ReplyJoiner
{
    private readonly StringBuilder _whole = new();

    public string Text => _whole.ToString();

    /// <summary>Takes a piece.</summary>
    /// <returns>What is to be shown for it.</returns>
    public string Add(string piece)
    {
        var clean = Clean(piece);
        if (_whole.Length == 0)
        {
            clean = clean.TrimStart();
        }
        else if (clean.Length > 0 && NeedsSpace(clean))
        {
            clean = " " + clean;
        }

        _whole.Append(clean);
        return clean;
    }

    /// <summary>Without control and format characters; line feeds stay, tabs become spaces.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n')
            {
                clean.Append('\n');
            }
            else if (rune.Value == '\t')
            {
                clean.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse)
                && rune.Value is not (>= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069))
            {
                // Directional overrides could show another text than the one that was sent; joiners of emoji are format characters that must stay.
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private bool NeedsSpace(string next)
    {
        var at = _whole.Length - 1;
        while (at > 0 && _whole[at] is '"' or '\'' or ')' or '”' or '’')
        {
            at--;
        }

        var ends = _whole[at] is '.' or '!' or '?' or '…' or ':' or ';' or ',';
        var decimals = at > 0 && char.IsAsciiDigit(_whole[at - 1]) && char.IsAsciiDigit(next[0]);
        return ends && !decimals && (char.IsLetterOrDigit(next[0]) || char.IsSurrogate(next[0]) || next[0] is '"' or '\'' or '(' or '“' or '‘');
    }
}
