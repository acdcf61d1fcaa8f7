namespace AvatarGrains.Core.Listening;

/// <summary>
/// Where a <see cref="ListenMachine"/> puts the utterances it cuts. Calls come in order: Begin, any number of Append, then End or Abandon.
/// </summary>
public interface IUtteranceOutput
{
    void Begin();

    void Append(ReadOnlySpan<short> samples);

    /// <summary>The utterance is whole.</summary>
    /// <param name="samples">Samples appended since <see cref="Begin"/>, before any bound dropped some.</param>
    void End(long samples);

    /// <summary>The utterance is not wanted any more; there is no result.</summary>
    void Abandon();
}
