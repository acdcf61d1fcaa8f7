namespace AvatarGrains.Engines.Tts;

/// <summary>Cuts a sentence for an engine that must analyse a whole utterance before its first sample: a short first one, then longer ones.</summary>
internal static class ClauseSplitter
{
    private const int FirstMin = 8;
    private const int FirstEnough = 40;
    private const int LaterMin = 80;
    private const int Max = 160;
    private const int FirstJointMin = 18;

    /// <summary>Words a speaker may pause before, in a sentence that must begin to sound early.</summary>
    private static readonly string[] Pauses =
    [
        " and ", " but ", " or ", " because ", " which ", " when ", " while ", " before ", " after ", " as ", " if ", " so ", " with ", " for ",
        " about ",
    ];
    private static readonly string[] Joints =
    [
        " and ", " but ", " or ", " because ", " which ", " that ", " when ", " while ", " so ", " with ", " for ", " ",
    ];

    public static List<string> Split(string text)
    {
        var clauses = new List<string>();
        var rest = text.AsSpan().Trim();
        while (rest.Length > 0)
        {
            var length = Next(rest, clauses.Count == 0);
            var clause = rest[..length].Trim();
            if (clause.ContainsAnyInRange('0', '9') || clause.ContainsAnyInRange('A', 'Z') || clause.ContainsAnyInRange('a', 'z'))
            {
                clauses.Add(clause.ToString());
            }

            rest = rest[length..].TrimStart();
        }

        return clauses;
    }

    private static int Next(ReadOnlySpan<char> text, bool first)
    {
        if (text.Length <= (first ? FirstEnough : LaterMin))
        {
            return text.Length;
        }

        if (first && Early(text) is > 0 and var early)
        {
            return early;
        }

        if (Mark(text, first ? FirstMin : LaterMin, Max) is > 0 and var mark)
        {
            return mark;
        }

        if (text.Length <= Max)
        {
            return text.Length;
        }

        foreach (var joint in Joints)
        {
            var at = text[..Max].LastIndexOf(joint, StringComparison.Ordinal);
            if (at > Max / 3)
            {
                return at;
            }
        }

        return Max;
    }

    /// <summary>What makes a first clause of moderate length: a mark, else a word to pause before. 0 when there is neither.</summary>
    private static int Early(ReadOnlySpan<char> text)
    {
        if (Mark(text, FirstMin, FirstEnough) is > 0 and var mark)
        {
            return mark;
        }

        var nearest = 0;
        foreach (var pause in Pauses)
        {
            var at = text[FirstJointMin..FirstEnough].IndexOf(pause, StringComparison.Ordinal);
            if (at >= 0 && (nearest == 0 || FirstJointMin + at < nearest))
            {
                nearest = FirstJointMin + at;
            }
        }

        return nearest;
    }

    /// <summary>Length up to and with the first mark that ends a clause, or 0.</summary>
    private static int Mark(ReadOnlySpan<char> text, int from, int to)
    {
        for (var i = from; i < Math.Min(text.Length - 1, to); i++)
        {
            if (text[i] is ',' or ';' or ':' or '.' or '!' or '?' && text[i + 1] == ' ')
            {
                return i + 1;
            }
        }

        return 0;
    }
}
