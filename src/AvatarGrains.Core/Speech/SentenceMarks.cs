using System.Collections.Frozen;

namespace AvatarGrains.Core.Speech;

/// <summary>What ends sentences and clauses in many scripts, and what only looks like it.</summary>
internal static class SentenceMarks
{
    private static readonly FrozenSet<string> Abbreviations = new[]
    {
        "mr", "mrs", "ms", "dr", "prof",
        "st", "vs", "no", "nos", "fig", "approx", "inc", "ltd", "co", "corp", "jr", "sr", "dept", "est", "gen", "col", "capt", "sgt", "rev", "hon",
        "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "vol", "pp", "ed", "eds", "cf", "al", "ca", "e.g", "i.e",
        "bzw", "usw", "ggf", "evtl",
        "nr", "str", "tel", "abs", "hr", "fr", "z.b", "d.h", "u.a", "mme", "mlle", "sra", "srta", "avda", "núm", "pág", "sig", "dott", "ing", "avv",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Ends a sentence when a space and a new beginning follow.</summary>
    public static bool IsTerminator(char c) => c is '.' or '!' or '?' or '…' or '؟' or '۔' or '।' or '։' || IsImmediate(c);

    /// <summary>Ends a sentence without a space after it.</summary>
    public static bool IsImmediate(char c) => c is '。' or '！' or '？' or '｡' or '。' or '።' or '။' or '។';

    /// <summary>Belongs to the sentence before it.</summary>
    public static bool IsCloser(char c) => c is '"' or '\'' or ')' or ']' or '}' or '”' or '’' or '»' or '」' or '』' or '）' or '】' or '〉' or '》';

    /// <summary>Ends a clause when a space follows.</summary>
    public static bool IsClause(char c) => c is ',' or ';' or ':' or '—' or '–' or '،' or '؛' || IsImmediateClause(c);

    /// <summary>Ends a clause without a space after it.</summary>
    public static bool IsImmediateClause(char c) => c is '、' or '，' or '；' or '：';

    /// <summary>True when the full stop after this word does not end a sentence.</summary>
    /// <param name="word">The characters since the last blank, without the full stop.</param>
    /// <param name="first">True when the word is the segment's first.</param>
    public static bool IsAbbreviation(ReadOnlySpan<char> word, bool first)
    {
        word = word.TrimStart("\"'([{“‘«");
        if (word.Length == 0)
        {
            return false;
        }

        var initial = word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I';
        var listNumber = first && word.Length <= 2 && word.IndexOfAnyExceptInRange('0', '9') < 0;
        return initial || listNumber || Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
    }
}
