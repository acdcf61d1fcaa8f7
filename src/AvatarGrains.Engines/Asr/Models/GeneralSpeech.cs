using AvatarGrains.Native.PocketSphinx;

namespace AvatarGrains.Engines.Asr.Models;

/// <summary>General spoken English: the n-gram model that comes with the acoustic model. One owner, not thread-safe.</summary>
internal sealed class GeneralSpeech : IDisposable
{
    private const double UnknownWord = 1e-8;

    private readonly SphinxNGramModel _model;

    public GeneralSpeech(string file) => _model = SphinxNGramModel.Read(file);

    /// <summary>The commonest words, plain letters and apostrophes only.</summary>
    public IReadOnlyList<string> Commonest(int count)
    {
        var words = new List<(string Word, double Probability)>();
        for (var id = 0; id < _model.WordCount; id++)
        {
            var word = _model.Word(id);
            if (word.All(c => char.IsAsciiLetterLower(c) || c == '\'') && (word.Length > 1 || word is "a" or "i"))
            {
                words.Add((word, _model.Probability(id, [], out _)));
            }
        }

        return [.. words.OrderByDescending(w => w.Probability).ThenBy(w => w.Word, StringComparer.Ordinal).Take(count).Select(w => w.Word)];
    }

    /// <summary>The model's id of a word, or -1.</summary>
    public int Find(string word) => _model.Find(word);

    /// <summary>Probability of a word after others, nearest first.</summary>
    /// <param name="word">Id, -1 for a word the model lacks.</param>
    /// <param name="history">Ids; an unknown one ends the history there.</param>
    /// <param name="order">Length of the n-gram the model has.</param>
    public double Probability(int word, ReadOnlySpan<int> history, out int order)
    {
        order = 0;
        if (word < 0)
        {
            return UnknownWord;
        }

        var known = history.IndexOf(-1);
        return Math.Exp(_model.Probability(word, known < 0 ? history : history[..known], out order));
    }

    public void Dispose() => _model.Dispose();
}
