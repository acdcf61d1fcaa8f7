using System.Security.Cryptography;
using System.Text;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Knowledge;

/// <summary>
/// A parsed text with ranked retrieval: likeness to known questions, and BM25 over passages with their headings weighted up
/// (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework", 2009). Scores lie between 0 and 1: 1 is the very question, below
/// <see cref="Guess"/> the passage shares no more than a stray word with the query.
/// </summary>
public sealed class KnowledgeBase : IKnowledgeBase
{
    /// <summary>Below this score a passage is not an answer.</summary>
    public const double Guess = 0.45;

    private const double HeadingWeight = 2.5;
    private const double Saturation = 1.2;
    private const double LengthPenalty = 0.5;
    private const double SynonymWeight = 0.7;
    private const double ExpectedWeight = 0.25;

    private readonly KnowledgeEntry[] _entries;
    private readonly Dictionary<string, float>[] _weights;
    private readonly Dictionary<string, double> _rarity = [];
    private readonly List<(int Entry, HashSet<string> Stems)> _questions = [];
    private readonly Dictionary<string, double> _questionRarity = [];
    private readonly double _unknownRarity;

    private KnowledgeBase(string id, string title, IReadOnlyList<KnowledgeEntry> entries)
    {
        Id = id;
        Title = title;
        _entries = [.. entries];
        _weights = [.. entries.Select(Weigh)];
        foreach (var group in _weights.SelectMany(w => w.Keys).GroupBy(k => k))
        {
            _rarity[group.Key] = Math.Log(1 + (_entries.Length / (double)group.Count()));
        }

        _unknownRarity = Math.Log(1 + _entries.Length + 1);
        for (var i = 0; i < _entries.Length; i++)
        {
            _questions.AddRange(_entries[i].Questions.Select(q => (i, Stems(SpokenText.Words(q)).ToHashSet())));
        }

        foreach (var group in _questions.SelectMany(q => q.Stems).GroupBy(k => k))
        {
            _questionRarity[group.Key] = Math.Log(1 + (_questions.Count / (double)group.Count()));
        }

        ForRecognition = new KnowledgeText(id, [.. RecognitionText(entries, title)]);
    }

    public string Id { get; }

    /// <summary>Name for people.</summary>
    public string Title { get; }

    public KnowledgeText ForRecognition { get; }

    /// <summary>Reads a text. Never throws on content; a text without words gives an empty base.</summary>
    public static KnowledgeBase FromText(string title, string text)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(title + "\n" + text)));
        return new KnowledgeBase(id, title, KnowledgeParser.Parse(text));
    }

    public IReadOnlyList<Passage> Search(string query, int limit)
    {
        var words = SpokenText.Words(query);
        var scores = new double[_entries.Length];
        ScorePassages(words, scores);
        ScoreQuestions(words, scores);
        return
        [
            .. scores.Select((score, index) => (score, index))
                .Where(s => s.score > 0)
                .OrderByDescending(s => s.score)
                .ThenBy(s => s.index)
                .Take(limit)
                .Select(s => new Passage(_entries[s.index].Text, _entries[s.index].Heading, s.score)),
        ];
    }

    private static IEnumerable<string> Stems(IEnumerable<string> words) => words.Select(Stemmer.Stem);

    private static IEnumerable<string> ContentStems(IEnumerable<string> words) => Stems(words.Where(w => !QueryWords.IsStopWord(w)));

    private static IEnumerable<string> RecognitionText(IReadOnlyList<KnowledgeEntry> entries, string title) =>
        entries.SelectMany(e => e.Questions)
            .Concat(entries.Select(e => e.Heading).OfType<string>())
            .Concat(entries.Select(e => e.Section))
            .Concat(entries.Select(e => e.Text))
            .Append(title)
            .Where(t => t.Length > 0)
            .Distinct();

    private static Dictionary<string, float> Weigh(KnowledgeEntry entry)
    {
        var weights = new Dictionary<string, float>();
        Add(entry.Text, 1);
        Add(entry.Heading ?? "", (float)HeadingWeight);
        Add(entry.Section, 0.5f);
        foreach (var question in entry.Questions.Where(q => q != entry.Heading))
        {
            Add(question, 0.5f);
        }

        return weights;

        void Add(string text, float weight)
        {
            foreach (var stem in ContentStems(SpokenText.Words(text)))
            {
                weights[stem] = weights.GetValueOrDefault(stem) + weight;
            }
        }
    }

    private void ScorePassages(List<string> words, double[] scores)
    {
        var stems = ContentStems(words).Distinct().ToArray();
        if (stems.Length == 0)
        {
            return;
        }

        var expected = QueryWords.Expected(string.Join(' ', words)).Except(stems).ToArray();
        var mass = stems.Sum(s => _rarity.GetValueOrDefault(s, _unknownRarity));
        var average = Math.Max(1, _weights.Length > 0 ? _weights.Average(w => w.Values.Sum()) : 1);
        for (var i = 0; i < _entries.Length; i++)
        {
            var norm = Saturation * (1 - LengthPenalty + (LengthPenalty * _weights[i].Values.Sum() / average));
            double covered = 0, ranked = 0;
            foreach (var stem in stems)
            {
                var (weight, factor) = Find(i, stem);
                if (weight > 0)
                {
                    var rarity = _rarity.GetValueOrDefault(stem, _unknownRarity) * factor;
                    covered += rarity;
                    ranked += rarity * weight / (weight + norm);
                }
            }

            if (covered > 0)
            {
                var hint = expected.Any(_weights[i].ContainsKey) ? ExpectedWeight : 0;
                scores[i] = Math.Min(0.95, (0.55 * covered / mass) + (0.25 * ranked / mass) + (0.5 * hint));
            }
        }
    }

    private (float Weight, double Factor) Find(int entry, string stem)
    {
        if (_weights[entry].TryGetValue(stem, out var weight))
        {
            return (weight, 1);
        }

        foreach (var synonym in QueryWords.SynonymsOf(stem))
        {
            if (_weights[entry].TryGetValue(synonym, out weight))
            {
                return (weight, SynonymWeight);
            }
        }

        return (0, 0);
    }

    private void ScoreQuestions(List<string> words, double[] scores)
    {
        var query = Stems(words).ToHashSet();
        var unknown = Math.Log(1 + _questions.Count + 1);
        var queryMass = query.Sum(s => _questionRarity.GetValueOrDefault(s, unknown));
        foreach (var (entry, stems) in _questions)
        {
            double common = 0, mass = 0;
            foreach (var stem in stems)
            {
                var rarity = _questionRarity[stem];
                mass += rarity;
                common += query.Contains(stem) ? rarity : QueryWords.SynonymsOf(stem).Any(query.Contains) ? rarity * SynonymWeight : 0;
            }

            scores[entry] = Math.Max(scores[entry], 2 * common / (mass + queryMass));
        }
    }
}
