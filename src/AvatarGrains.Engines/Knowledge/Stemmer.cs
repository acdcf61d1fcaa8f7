namespace AvatarGrains.Engines.Knowledge;

/// <summary>
/// Strips English endings so that "costs", "costing" and "cost" become one word. A light suffix stripper in the manner of M. F. Porter, "An
/// algorithm for suffix stripping" (1980), step 1 and the commonest derivations; words of other languages mostly pass unchanged.
/// </summary>
internal static class Stemmer
{
    private static readonly (string Suffix, string Replacement, int MinimumStem)[] Derivations =
    [
        ("ization", "ize", 3), ("ational", "ate", 3), ("fulness", "ful", 3), ("ousness", "ous", 3), ("iveness", "ive", 3),
        ("ation", "", 4), ("ments", "", 4), ("ment", "", 4), ("ness", "", 3), ("ably", "able", 3), ("ally", "al", 3), ("ily", "y", 3),
        ("ly", "", 4), ("ful", "", 4), ("er", "", 4), ("or", "", 5), ("ion", "", 4), ("ive", "", 4), ("able", "", 4), ("ible", "", 4),
    ];

    public static string Stem(string word)
    {
        if (word.Length < 4 || !char.IsAsciiLetter(word[0]))
        {
            return word;
        }

        var stem = Derive(Verb(Plural(word)));
        stem = stem[^1] == stem[^2] ? stem[..^1] : stem;
        return stem.EndsWith('e') && stem.Length > 3 ? stem[..^1] : stem.EndsWith('y') && stem.Length > 3 ? stem[..^1] + "i" : stem;
    }

    private static string Plural(string word)
    {
        if (word.EndsWith("sses", StringComparison.Ordinal) || (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4))
        {
            return word.EndsWith("ies", StringComparison.Ordinal) ? word[..^3] + "y" : word[..^2];
        }

        return word.EndsWith('s') && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
    }

    private static string Verb(string word)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ing", "ed"])
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal) || word.Length - ending.Length < 3
                || !HasVowel(word.AsSpan(0, word.Length - ending.Length)))
            {
                continue;
            }

            return word[..^ending.Length];
        }

        return word;
    }

    private static string Derive(string word)
    {
        foreach (var (suffix, replacement, minimum) in Derivations)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal) && word.Length - suffix.Length >= minimum)
            {
                return word[..^suffix.Length] + replacement;
            }
        }

        return word;
    }

    private static bool HasVowel(ReadOnlySpan<char> text) => text.IndexOfAny("aeiouy") >= 0;
}
