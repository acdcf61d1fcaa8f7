namespace AvatarGrains.Core.Speech;

/// <summary>
/// Cuts a language model's streamed text into segments to speak, taking markup and tags out. Every decision rests on the characters alone:
/// however the text is chunked, the segments are the same, unless <see cref="TakeFinished"/> is used. One owner, not thread-safe.
/// </summary>
public sealed class SentenceSplitter
{
    private readonly SentenceCutter _cutter;
    private readonly MarkupFilter _filter;

    public SentenceSplitter(SentenceSplitterOptions? options = null)
    {
        _cutter = new SentenceCutter(options ?? new SentenceSplitterOptions());
        _filter = new MarkupFilter(_cutter);
    }

    /// <summary>Adds text.</summary>
    /// <returns>The segments that are now complete; mostly none.</returns>
    public IReadOnlyList<TextSegment> Push(ReadOnlySpan<char> delta)
    {
        foreach (var c in delta)
        {
            _filter.Push(c);
        }

        return _cutter.TakeReady();
    }

    /// <summary>True when what is held reads as a whole sentence, which waits only for a sign that it goes on.</summary>
    public bool HoldsFinished => _filter.IsPlain && _cutter.HoldsFinished;

    /// <summary>Cuts a sentence that <see cref="HoldsFinished"/>, because nothing more has come for a while.</summary>
    public IReadOnlyList<TextSegment> TakeFinished()
    {
        if (HoldsFinished)
        {
            _cutter.CutFinished();
        }

        return _cutter.TakeReady();
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What is left. The splitter is then as new.</returns>
    public IReadOnlyList<TextSegment> Finish()
    {
        _filter.Finish();
        _cutter.Finish();
        return _cutter.TakeReady();
    }

    /// <summary>The segments of a whole text.</summary>
    public static IReadOnlyList<TextSegment> Split(string text, SentenceSplitterOptions? options = null)
    {
        var splitter = new SentenceSplitter(options);
        return [.. splitter.Push(text), .. splitter.Finish()];
    }
}
