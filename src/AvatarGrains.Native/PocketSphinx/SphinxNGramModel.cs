using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

/// <summary>A word n-gram model read by sphinxbase, for asking probabilities. One owner, not thread-safe: look-ups share a cache.</summary>
public sealed class SphinxNGramModel : IDisposable
{
    private const double LogBase = 1.0001;
    private static readonly double NaturalPerUnit = Math.Log(LogBase);
    private readonly SphinxNGramHandle _handle;

    private SphinxNGramModel(SphinxNGramHandle handle, int words)
    {
        _handle = handle;
        WordCount = words;
    }

    public int WordCount { get; }

    /// <summary>Reads an ARPA or binary model.</summary>
    /// <exception cref="DllNotFoundException">The library is absent; the message names the package.</exception>
    /// <exception cref="InvalidOperationException">The file is missing or broken.</exception>
    public static SphinxNGramModel Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"The language model {path} does not exist; install it with: apt-get install pocketsphinx-en-us");
        }

        NativeNGram.err_set_logfp(0);
        var math = NativeNGram.logmath_init(LogBase, 0, 0);
        var model = NativeNGram.ngram_model_read(0, path, 0, math);
        if (model == 0)
        {
            _ = NativeNGram.logmath_free(math);
            throw new InvalidOperationException($"The language model {path} cannot be read.");
        }

        return new SphinxNGramModel(new SphinxNGramHandle(model, math), Marshal.ReadInt32(NativeNGram.ngram_model_get_counts(model)));
    }

    /// <summary>The word of an id from 0 to <see cref="WordCount"/> - 1.</summary>
    public string Word(int id) => Marshal.PtrToStringUTF8(NativeNGram.ngram_word(_handle.DangerousGetHandle(), id)) ?? "";

    /// <summary>The id of a word, or -1.</summary>
    public int Find(string word)
    {
        var id = NativeNGram.ngram_wid(_handle.DangerousGetHandle(), word);
        return id >= 0 && Word(id) == word ? id : -1;
    }

    /// <summary>Natural logarithm of the probability of a word after others.</summary>
    /// <param name="word">Word id.</param>
    /// <param name="history">Ids of the words before, nearest first.</param>
    /// <param name="order">Length of the n-gram that the model really has.</param>
    public double Probability(int word, ReadOnlySpan<int> history, out int order) =>
        NativeNGram.ngram_ng_prob(_handle.DangerousGetHandle(), word, history, history.Length, out order) * NaturalPerUnit;

    public void Dispose() => _handle.Dispose();
}
