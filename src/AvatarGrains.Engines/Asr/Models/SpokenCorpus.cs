using System.Text.RegularExpressions;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Knowledge;

namespace AvatarGrains.Engines.Asr.Models;

/// <summary>What people are expected to say, as sentences of words with weights.</summary>
internal sealed partial class SpokenCorpus
{
    private const double QuestionWeight = 4;
    private const double PassageWeight = 1;
    private const double CarrierWeight = 1;
    private const double FrameWeight = 0.1;
    private const int LongestQuestion = 14;
    private const int MostFramedWords = 1500;

    private readonly List<(string[] Words, double Weight, bool Whole)> _sentences = [];

    private SpokenCorpus(IReadOnlySet<string> acronyms) => Acronyms = acronyms;

    /// <summary>Sentences; those that are not whole may start and end anywhere.</summary>
    public IReadOnlyList<(string[] Words, double Weight, bool Whole)> Sentences => _sentences;

    /// <summary>Words that were written in capitals.</summary>
    public IReadOnlySet<string> Acronyms { get; }

    public static SpokenCorpus From(KnowledgeText text)
    {
        var corpus = new SpokenCorpus(text.Passages.SelectMany(p => Capitals().Matches(p)).Select(m => m.Value.ToLowerInvariant()).ToHashSet());
        foreach (var passage in text.Passages)
        {
            corpus.Add(passage);
        }

        foreach (var carrier in CarrierPhrases.All)
        {
            corpus.Add(carrier.TrimEnd('.').Split(' '), CarrierWeight, carrier.EndsWith('.'));
        }

        corpus.FillFrames();
        return corpus;
    }

    [GeneratedRegex(@"(?<=[.!?;:])\s+|\s*[,()\n]\s*")]
    private static partial Regex Breaks();

    [GeneratedRegex(@"\b[A-Z]{2,5}\b")]
    private static partial Regex Capitals();

    /// <summary>Puts each word that the text is about into the frames that its question may come in.</summary>
    private void FillFrames()
    {
        var words = _sentences.SelectMany(s => s.Words).Where(w => w.Length > 2 && !QueryWords.IsStopWord(w)).CountBy(w => w)
            .OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal).Take(MostFramedWords).Select(w => w.Key);
        foreach (var word in words.ToList())
        {
            foreach (var frame in CarrierPhrases.Frames)
            {
                Add(frame.Replace("~", word, StringComparison.Ordinal).Split(' '), FrameWeight, false);
            }
        }
    }

    private void Add(string passage)
    {
        var all = SpokenText.Words(passage);
        if (passage.EndsWith('?') || (all.Count is > 0 and <= 6 && !passage.Contains('.')))
        {
            Add([.. all.Take(LongestQuestion)], QuestionWeight, true);
            return;
        }

        foreach (var piece in Breaks().Split(passage))
        {
            Add([.. SpokenText.Words(piece)], PassageWeight, false);
        }
    }

    private void Add(string[] words, double weight, bool whole)
    {
        if (words.Length > 0)
        {
            _sentences.Add((words, weight, whole));
        }
    }
}
