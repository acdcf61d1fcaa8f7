namespace AvatarGrains.Core.Turns;

/// <summary>Finds the words of a sentence that were heard.</summary>
internal static class PlayedText
{
    /// <summary>Playing time of a character of ordinary speech, for sentences whose length is not known yet.</summary>
    private const double MsPerCharacter = 65;

    /// <summary>Cuts a sentence where its sound was cut. A word counts when all of it was played.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="playedMs">Milliseconds played.</param>
    /// <param name="totalMs">Length of the sentence's speech in milliseconds, or null while it is not known.</param>
    /// <param name="sentMs">Milliseconds of speech there are so far; an unknown length is at least this.</param>
    public static string Cut(string text, int playedMs, int? totalMs, int sentMs)
    {
        if (playedMs <= 0 || text.Length == 0)
        {
            return "";
        }

        var total = totalMs ?? Math.Max(sentMs, (int)(text.Length * MsPerCharacter));
        if (totalMs is not null && playedMs >= total)
        {
            return text;
        }

        var end = (int)Math.Min(text.Length, (long)text.Length * playedMs / Math.Max(1, total));
        return text[..WordBoundary(text, end)].TrimEnd();
    }

    private static int WordBoundary(string text, int end)
    {
        if (end >= text.Length)
        {
            return text.Length;
        }

        // Scripts without spaces are cut between characters, never inside a surrogate pair.
        if (!IsWordPart(text[end]) || !IsWordPart(text[Math.Max(0, end - 1)]))
        {
            return end > 0 && char.IsLowSurrogate(text[end]) ? end - 1 : end;
        }

        while (end > 0 && IsWordPart(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private static bool IsWordPart(char c) => !char.IsWhiteSpace(c) && c is < '\u2E80' and not (>= '\uD800' and <= '\uDFFF');
}
