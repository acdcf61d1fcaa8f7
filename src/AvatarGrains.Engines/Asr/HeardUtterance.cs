using AvatarGrains.Native.PocketSphinx;

namespace AvatarGrains.Engines.Asr;

/// <summary>All that decoding an utterance gave.</summary>
/// <param name="Words">Best word path, fillers included.</param>
/// <param name="Posterior">Natural logarithm of the word path's posterior probability.</param>
internal sealed record HeardUtterance(IReadOnlyList<PocketSphinxWord> Words, double Posterior)
{
    /// <summary>The words alone, further pronunciations folded into their word.</summary>
    public IReadOnlyList<string> Spoken { get; } = [.. Words.Where(w => !w.IsFiller).Select(w => Base(w.Word))];

    public string Text => string.Join(' ', Spoken);

    private static string Base(string word)
    {
        var open = word.IndexOf('(', StringComparison.Ordinal);
        return open > 0 ? word[..open] : word;
    }
}
