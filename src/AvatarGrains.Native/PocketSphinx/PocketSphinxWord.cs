namespace AvatarGrains.Native.PocketSphinx;

/// <summary>One word or filler of the best path.</summary>
/// <param name="Word">As in the dictionary, "(2)" and so on for a further pronunciation, "&lt;sil&gt;" for silence.</param>
/// <param name="StartFrame">First frame, 10 ms each.</param>
/// <param name="EndFrame">Last frame.</param>
/// <param name="Acoustic">Acoustic score, natural logarithm of a likelihood relative to the best senone of each frame.</param>
/// <param name="Language">Language model score, natural logarithm, weighted.</param>
/// <param name="Posterior">Natural logarithm of the posterior probability in the lattice.</param>
public readonly record struct PocketSphinxWord(string Word, int StartFrame, int EndFrame, double Acoustic, double Language, double Posterior)
{
    public int Frames => EndFrame - StartFrame + 1;

    public bool IsFiller => Word.StartsWith('<') || Word.StartsWith('[') || Word.StartsWith("++", StringComparison.Ordinal);
}
