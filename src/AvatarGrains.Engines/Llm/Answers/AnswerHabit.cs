using System.Text.RegularExpressions;

namespace AvatarGrains.Engines.Llm.Answers;

/// <summary>
/// What was learnt of one model's answers. Some templates open the thoughts themselves, so that the text has only their end: such a model is
/// known after its first answer, and by how thoughts begin before that. Thread-safe.
/// </summary>
internal sealed partial class AnswerHabit
{
    private volatile bool _opensThoughts;
    private volatile bool _answersAtOnce;

    /// <summary>Its text begins with thoughts whose beginning is not marked.</summary>
    public bool BeginsWithThoughts => _opensThoughts;

    /// <summary>Learns from a whole answer.</summary>
    /// <param name="unopened">It had an end of thoughts without a beginning.</param>
    public void Learn(bool unopened)
    {
        _opensThoughts = unopened || _opensThoughts;
        _answersAtOnce = !unopened;
    }

    /// <summary>True when a beginning of an answer reads as thoughts do, and nothing is known against it.</summary>
    public bool Suspects(string beginning) => !_answersAtOnce && Thoughtful().IsMatch(beginning);

    /// <summary>True for a beginning that says nothing yet, after which thoughts may follow.</summary>
    public static bool IsOnlyHesitation(string beginning) => Hesitation().IsMatch(beginning);

    [GeneratedRegex(
        @"^\s*((okay|ok|alright|all right|hmm+|so|well|right|now|first)\b[,.!…]*\s*)*(the user\b|this user\b|user (is|wants|asks)"
        + @"|i need to\b|we need to\b|we have to\b|i have to\b"
        + @"|let me (think|see|start|break|recall|figure)\b|let's (think|see|start|break|recall|analy)"
        + @"|they('re| are) asking\b|thinking process|here's (a|my) thinking)|^\s*(用户|嗯|好的，用户|好，用户|首先，用户|사용자가|ユーザーは)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Thoughtful();

    [GeneratedRegex(
        @"^\s*((okay|ok|alright|all right|hmm+|so|well|right|now|first)\b[,.!…]*\s*)+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Hesitation();
}
