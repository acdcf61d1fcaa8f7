using System.Text;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// What the avatar said in one turn and how much of it was played. Progress comes from the edge's reports; while there are none, speech is taken to
/// play in real time from the moment it was sent. Sans-IO: time is an argument.
/// </summary>
internal sealed class TurnRecord
{
    private readonly List<PlayedSegment> _segments = [];
    private int _newestReported = -1;
    private TimeSpan _clockAt;
    private double _clockMs;

    public int Count => _segments.Count;

    public bool Reported => _newestReported >= 0;

    /// <summary>Milliseconds of speech sent so far.</summary>
    public int SentMs { get; private set; }

    /// <summary>The edge has played all there is, or there is nothing to play.</summary>
    public bool AllFinished =>
        _segments.TrueForAll(s => s.Finished || s is { Complete: true, SentMs: 0 }) || (_segments.Count > 0 && _segments[^1].Finished);

    /// <summary>Milliseconds played by the clock, if the edge plays without a pause.</summary>
    public double ClockMs(TimeSpan now)
    {
        Advance(now);
        return _clockMs;
    }

    /// <summary>How far into the turn the edge says it is: the newest segment reported, with what was played of it.</summary>
    public double PositionMs { get; private set; }

    public void Begin(string text) => _segments.Add(new PlayedSegment(text));

    public void Sent(int segment, int milliseconds, bool last, TimeSpan now)
    {
        Advance(now);
        var entry = _segments[segment];
        entry.SentMs += milliseconds;
        entry.Complete |= last;
        SentMs += milliseconds;
    }

    /// <summary>No voice could say a segment to its end: words without sound were not said.</summary>
    public void Lose(int segment) => _segments[segment].Lost = true;

    /// <summary>Takes a report of the edge. Reports of unknown segments are ignored: they come from outside.</summary>
    /// <returns>Whether the segment began to play, and whether it has finished, by this report.</returns>
    public (bool Began, bool Finished) Report(int segment, int playedMs, bool finished)
    {
        if (segment < 0 || segment >= _segments.Count)
        {
            return default;
        }

        var entry = _segments[segment];
        var news = (entry.ReportedMs is null, finished && entry.Complete && !entry.Finished);
        var played = finished && entry.Complete ? entry.SentMs : Math.Clamp(playedMs, 0, entry.SentMs);
        entry.ReportedMs = Math.Max(entry.ReportedMs ?? 0, played);
        entry.Finished |= finished && entry.Complete;
        _newestReported = Math.Max(_newestReported, segment);
        double before = 0;
        for (var i = 0; i < segment; i++)
        {
            before += _segments[i].SentMs;
        }

        PositionMs = Math.Max(PositionMs, before + played);
        return news;
    }

    /// <summary>All that was sent counts as heard.</summary>
    public void FinishAll()
    {
        foreach (var segment in _segments)
        {
            segment.Finished |= segment.Complete;
        }
    }

    /// <summary>What is being said begins again with the sentence it is in.</summary>
    /// <returns>The number of that segment; <see cref="Count"/> when all were played.</returns>
    public int Rewind(TimeSpan now)
    {
        Advance(now);
        double before = 0;
        var segment = 0;
        while (segment < _segments.Count && IsOver(segment, before))
        {
            before += _segments[segment++].SentMs;
        }

        _clockMs = Math.Min(_clockMs, before);
        return segment;
    }

    private bool IsOver(int segment, double before)
    {
        var entry = _segments[segment];
        return entry.Finished || segment < _newestReported || (!Reported && entry.Complete && _clockMs >= before + entry.SentMs);
    }

    /// <summary>The text that was heard, and whether it is less than all there was.</summary>
    /// <param name="now">Now.</param>
    /// <param name="complete">True when nothing more was to come.</param>
    public (string Text, bool Interrupted) Heard(TimeSpan now, bool complete)
    {
        Advance(now);
        var text = new StringBuilder();
        var clock = _clockMs;
        var interrupted = !complete;
        for (var i = 0; i < _segments.Count; i++)
        {
            var segment = _segments[i];

            // Segments play in order: those before the newest reported one are over, whether each was reported or not.
            var played = i < _newestReported ? segment.SentMs
                : Reported ? segment.ReportedMs ?? 0
                : (int)Math.Min(clock, segment.SentMs);
            clock -= Math.Min(clock, segment.SentMs);
            var whole = segment.Finished || (segment.Complete && played >= segment.SentMs);
            var length = segment.Complete && !segment.Lost ? segment.SentMs : (int?)null;
            var heard = whole && !segment.Lost ? segment.Text : PlayedText.Cut(segment.Text, played, length, segment.SentMs);
            interrupted |= !whole;
            if (heard.Length > 0)
            {
                text.Append(text.Length > 0 ? " " : "").Append(heard);
            }
        }

        return (text.ToString(), interrupted);
    }

    private void Advance(TimeSpan now)
    {
        if (now > _clockAt)
        {
            _clockMs = Math.Min(SentMs, _clockMs + (now - _clockAt).TotalMilliseconds);
            _clockAt = now;
        }
    }
}
