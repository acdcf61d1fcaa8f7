using System.Text;

namespace AvatarGrains.Storage.Postgres;

/// <summary>
/// Text as PostgreSQL can hold it: it refuses U+0000. A backslash stands before what is escaped, as <c>\0</c> and <c>\\</c>; all other text
/// is stored as it is. Half a surrogate pair, which UTF-8 cannot carry, becomes U+FFFD.
/// </summary>
internal static class PostgresText
{
    public static string? Write(string? text)
    {
        if (text is null
            || !(text.Contains('\0', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal) || HasLoneSurrogate(text)))
        {
            return text;
        }

        var written = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case 0:
                    written.Append("\\0");
                    break;
                case '\\':
                    written.Append("\\\\");
                    break;
                default:
                    written.Append(rune.ToString());
                    break;
            }
        }

        return written.ToString();
    }

    public static string Read(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var read = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var escaped = text[i] == '\\' && i + 1 < text.Length;
            read.Append(escaped && text[++i] == '0' ? '\0' : text[i]);
        }

        return read.ToString();
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
