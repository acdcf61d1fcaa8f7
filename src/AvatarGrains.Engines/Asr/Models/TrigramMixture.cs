using System.Globalization;

namespace AvatarGrains.Engines.Asr.Models;

/// <summary>
/// A trigram model in ARPA form: what the session can be asked, interpolated with general speech. Probabilities of listed n-grams are mixed
/// linearly; back-off weights make each history sum to one.
/// </summary>
internal sealed class TrigramMixture
{
    private const double DomainShare = 0.85;
    private const int CommonHistories = 300;
    private const double NotableRatio = 4;

    private readonly DomainCounts _domain;
    private readonly GeneralSpeech _general;
    private readonly int[] _generalIds;
    private readonly double[] _ones;
    private readonly Dictionary<int, List<(int Word, double P)>> _twos = [];
    private readonly Dictionary<(int, int), List<(int Word, double P)>> _threes = [];
    private readonly double[] _backOne;
    private readonly Dictionary<(int, int), double> _backTwo = [];

    /// <param name="domain">Counts; every word to recognize has an id there.</param>
    /// <param name="general">General speech.</param>
    /// <param name="common">Ids of common words, commonest first.</param>
    public TrigramMixture(DomainCounts domain, GeneralSpeech general, IReadOnlyList<int> common)
    {
        _domain = domain;
        _general = general;
        _generalIds = [.. domain.Words.Select(general.Find)];
        _ones = Unigrams();
        _backOne = new double[_ones.Length];
        Bigrams(common);
        Trigrams();
    }

    public void WriteArpa(TextWriter writer)
    {
        writer.Write("\\data\\\n");
        writer.Write(string.Create(CultureInfo.InvariantCulture,
            $"ngram 1={_ones.Length}\nngram 2={_twos.Values.Sum(l => l.Count)}\nngram 3={_threes.Values.Sum(l => l.Count)}\n\n\\1-grams:\n"));
        for (var word = 0; word < _ones.Length; word++)
        {
            Line(writer, word == DomainCounts.Start ? -99 : Math.Log10(_ones[word]), _domain.Words[word], Math.Log10(_backOne[word]));
        }

        writer.Write("\n\\2-grams:\n");
        foreach (var (before, list) in _twos.OrderBy(t => t.Key))
        {
            foreach (var (word, p) in list)
            {
                var back = _backTwo.TryGetValue((before, word), out var b) ? b : 1;
                Line(writer, Math.Log10(p), $"{_domain.Words[before]} {_domain.Words[word]}", Math.Log10(back));
            }
        }

        writer.Write("\n\\3-grams:\n");
        foreach (var ((first, before), list) in _threes.OrderBy(t => t.Key))
        {
            foreach (var (word, p) in list)
            {
                Line(writer, Math.Log10(p), $"{_domain.Words[first]} {_domain.Words[before]} {_domain.Words[word]}", null);
            }
        }

        writer.Write("\n\\end\\\n");
    }

    private static void Line(TextWriter writer, double log, string words, double? back)
    {
        writer.Write(log.ToString("F4", CultureInfo.InvariantCulture));
        writer.Write('\t');
        writer.Write(words);
        if (back is { } b)
        {
            writer.Write('\t');
            writer.Write(Math.Max(b, -9).ToString("F4", CultureInfo.InvariantCulture));
        }

        writer.Write('\n');
    }

    private static double Mix(double domain, double general) => (DomainShare * domain) + ((1 - DomainShare) * general);

    private double[] Unigrams()
    {
        var general = new double[_domain.Words.Count];
        for (var word = 1; word < general.Length; word++)
        {
            general[word] = _general.Probability(_generalIds[word], [], out _);
        }

        var sum = general.Sum();
        return [.. general.Select((p, word) => Mix(_domain.Probability(word), p / sum))];
    }

    private void Bigrams(IReadOnlyList<int> common)
    {
        var listed = _domain.Twos.ToHashSet();
        Span<int> history = stackalloc int[1];
        foreach (var before in common.Take(CommonHistories).Append(DomainCounts.Start))
        {
            history[0] = _generalIds[before];
            for (var word = 1; word < _ones.Length; word++)
            {
                if (_generalIds[word] >= 0
                    && _general.Probability(_generalIds[word], history, out var order) > NotableRatio * _ones[word] && order >= 2)
                {
                    listed.Add((before, word));
                }
            }
        }

        foreach (var (before, word) in listed.Order())
        {
            history[0] = _generalIds[before];
            var p = Mix(_domain.Probability(before, word, _ones[word]), _general.Probability(_generalIds[word], history, out _));
            Listed(_twos, before).Add((word, p));
        }

        Array.Fill(_backOne, 1);
        foreach (var (before, list) in _twos)
        {
            _backOne[before] = BackOff(list, word => _ones[word]);
        }
    }

    private void Trigrams()
    {
        Span<int> history = stackalloc int[2];
        var bigrams = _twos.SelectMany(t => t.Value.Select(w => ((t.Key, w.Word), w.P))).ToDictionary(t => t.Item1, t => t.P);
        foreach (var (first, before, word) in _domain.Threes.Order())
        {
            history[0] = _generalIds[before];
            history[1] = _generalIds[first];
            var domain = _domain.Probability(first, before, word, _domain.Probability(before, word, _ones[word]));
            Listed(_threes, (first, before)).Add((word, Mix(domain, _general.Probability(_generalIds[word], history, out _))));
        }

        foreach (var ((first, before), list) in _threes)
        {
            _backTwo[(first, before)] = BackOff(list, word => bigrams.TryGetValue((before, word), out var p) ? p : _backOne[before] * _ones[word]);
        }
    }

    private static List<(int Word, double P)> Listed<TKey>(Dictionary<TKey, List<(int Word, double P)>> table, TKey key)
        where TKey : notnull => table.TryGetValue(key, out var list) ? list : table[key] = [];

    /// <summary>Weight of the lower order after a history. A history whose listed words sum to one is scaled down to leave a little.</summary>
    private static double BackOff(List<(int Word, double P)> listed, Func<int, double> lower)
    {
        const double Most = 0.995;
        var sum = listed.Sum(l => l.P);
        if (sum > Most)
        {
            for (var i = 0; i < listed.Count; i++)
            {
                listed[i] = (listed[i].Word, listed[i].P * Most / sum);
            }

            sum = Most;
        }

        return Math.Clamp((1 - sum) / Math.Max(1 - listed.Sum(l => lower(l.Word)), 1e-3), 1e-6, 1);
    }
}
