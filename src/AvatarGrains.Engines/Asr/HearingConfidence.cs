namespace AvatarGrains.Engines.Asr;

/// <summary>
/// How sure a heard utterance is: how well its words fit what is expected to be said, and how clearly they won over other words. A logistic
/// regression over the benchmark's sentences (questions of two knowledge bases against sentences from elsewhere, three voices, clean and
/// noisy).
/// </summary>
internal static class HearingConfidence
{
    private const double Bias = -4.9;
    private const double LanguageWeight = 0.1334;
    private const double ExpectedWeight = 9.146;
    private const double WordPosteriorWeight = 2.697;
    private const double PathPosteriorWeight = 0.903;

    /// <param name="heard">What was decoded.</param>
    /// <param name="expected">Words of the knowledge base and of the frames of questions.</param>
    /// <returns>0 to 1.</returns>
    public static double Of(HeardUtterance heard, IReadOnlySet<string> expected)
    {
        var words = heard.Words.Where(w => !w.IsFiller).ToList();
        if (words.Count == 0)
        {
            return 0;
        }

        var z = Bias
            + (LanguageWeight * words.Average(w => w.Language))
            + (ExpectedWeight * heard.Spoken.Count(expected.Contains) / heard.Spoken.Count)
            + (WordPosteriorWeight * words.Average(w => Math.Exp(Math.Min(0, w.Posterior))))
            + (PathPosteriorWeight * heard.Posterior / words.Count);
        return 1 / (1 + Math.Exp(-z));
    }
}
