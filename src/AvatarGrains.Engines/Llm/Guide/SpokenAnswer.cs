using System.Text.RegularExpressions;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Knowledge;

namespace AvatarGrains.Engines.Llm.Guide;

/// <summary>Cuts a passage to at most three sentences, beginning with the one that fits the question best.</summary>
internal static partial class SpokenAnswer
{
    private const int MaxSentences = 3;

    /// <param name="passage">Where the answer is.</param>
    /// <param name="question">Words of the question.</param>
    /// <param name="answered">What has been said before.</param>
    /// <param name="onlyNew">Leave out sentences that have been said.</param>
    /// <returns>Null when nothing is left to say.</returns>
    public static string? From(Passage passage, IReadOnlyList<string> question, IReadOnlyList<string> answered, bool onlyNew = false)
    {
        var sentences = SentenceEnd().Split(passage.Text).Where(s => s.Length > 0).ToList();
        if (onlyNew)
        {
            sentences.RemoveAll(s => answered.Any(a => a.Contains(s, StringComparison.OrdinalIgnoreCase)));
        }

        if (sentences.Count == 0)
        {
            return null;
        }

        var first = sentences.Count <= MaxSentences ? 0 : Math.Min(BestSentence(sentences, question), sentences.Count - 1);
        var answer = string.Join(' ', sentences.Skip(first).Take(MaxSentences)).Trim();
        answer = answer[^1] is '.' or '!' or '?' or '。' ? answer : answer.TrimEnd(',', ';', ':') + ".";
        var heading = passage.Heading;
        var isFragment = heading is not null && !heading.EndsWith('?') && SpokenText.Words(answer).Count <= 4;
        return isFragment ? $"{heading}: {answer}" : answer;
    }

    [GeneratedRegex(@"(?<=[.!?。！？])\s+")]
    private static partial Regex SentenceEnd();

    private static int BestSentence(List<string> sentences, IReadOnlyList<string> question)
    {
        var wanted = question.Where(w => !QueryWords.IsStopWord(w)).Select(Stemmer.Stem).ToHashSet();
        var best = 0;
        var most = 0;
        for (var i = 0; i < sentences.Count; i++)
        {
            var common = SpokenText.Words(sentences[i]).Select(Stemmer.Stem).Distinct().Count(wanted.Contains);
            if (common > most)
            {
                (best, most) = (i, common);
            }
        }

        return best;
    }
}
