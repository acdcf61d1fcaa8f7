namespace AvatarGrains.Engines.Asr.Models;

/// <summary>Weighted counts of one, two and three words in a row, and the probabilities that absolute discounting makes of them.</summary>
internal sealed class DomainCounts
{
    public const int Start = 0;
    public const int End = 1;
    private const double Discount = 0.6;

    private readonly Dictionary<string, int> _ids = new() { ["<s>"] = Start, ["</s>"] = End };
    private readonly Dictionary<int, double> _ones = [];
    private readonly Dictionary<(int, int), double> _twos = [];
    private readonly Dictionary<(int, int, int), double> _threes = [];
    private readonly Dictionary<int, (double Sum, double Held)> _afterOne = [];
    private readonly Dictionary<(int, int), (double Sum, double Held)> _afterTwo = [];
    private double _total;

    public IReadOnlyCollection<(int, int)> Twos => _twos.Keys;

    public IReadOnlyCollection<(int, int, int)> Threes => _threes.Keys;

    /// <summary>Word of each id.</summary>
    public List<string> Words { get; } = ["<s>", "</s>"];

    public int Id(string word)
    {
        if (!_ids.TryGetValue(word, out var id))
        {
            _ids[word] = id = Words.Count;
            Words.Add(word);
        }

        return id;
    }

    /// <summary>Counts a sentence. One that is not whole says nothing about where sentences start and end.</summary>
    public void Add(string[] words, double weight, bool whole)
    {
        List<int> ids = [.. words.Select(Id)];
        if (whole)
        {
            ids.Insert(0, Start);
            ids.Add(End);
        }

        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i] != Start)
            {
                _ones[ids[i]] = _ones.GetValueOrDefault(ids[i]) + weight;
                _total += weight;
            }

            if (i > 0)
            {
                Count(_twos, _afterOne, (ids[i - 1], ids[i]), ids[i - 1], weight);
            }

            if (i > 1)
            {
                Count(_threes, _afterTwo, (ids[i - 2], ids[i - 1], ids[i]), (ids[i - 2], ids[i - 1]), weight);
            }
        }
    }

    public double Probability(int word) => _ones.GetValueOrDefault(word) / _total;

    public double Probability(int before, int word, double lower) =>
        _afterOne.TryGetValue(before, out var after)
            ? Discounted(_twos.GetValueOrDefault((before, word)), after, lower)
            : lower;

    public double Probability(int first, int before, int word, double lower) =>
        _afterTwo.TryGetValue((first, before), out var after)
            ? Discounted(_threes.GetValueOrDefault((first, before, word)), after, lower)
            : lower;

    private static double Discounted(double count, (double Sum, double Held) after, double lower) =>
        ((count - Held(count)) / after.Sum) + (after.Held / after.Sum * lower);

    /// <summary>What is held back of a count for words not seen; of a count below one, its share.</summary>
    private static double Held(double count) => Discount * Math.Min(count, 1);

    private static void Count<TKey, THistory>(
        Dictionary<TKey, double> counts, Dictionary<THistory, (double Sum, double Held)> histories, TKey key, THistory history, double weight)
        where TKey : notnull
        where THistory : notnull
    {
        var before = counts.GetValueOrDefault(key);
        counts[key] = before + weight;
        var (sum, held) = histories.GetValueOrDefault(history);
        histories[history] = (sum + weight, held + Held(before + weight) - Held(before));
    }
}
