using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Avatars;

/// <summary>
/// Turns timed phonemes into one face per 40 ms. Co-articulation after Cohen and Massaro, "Modeling coarticulation in synthetic visual
/// speech" (1993): each phoneme pulls the parameters it cares about, most while it sounds and less before and after, and the mouth is the
/// weighted mean; so fast speech moves the mouth less by itself. Lips that must close are seen closed. Streaming: a frame given out never
/// depends on phonemes added later. One owner, not thread-safe.
/// </summary>
public sealed class VisemeTimeline
{
    /// <summary>Milliseconds per face.</summary>
    public const double FrameMs = 40;

    private const double GapMs = 15;

    private readonly VisemeTimelineOptions _options;
    private readonly List<Articulation> _phonemes = [];
    private readonly AccentTrack _accents;
    private readonly Expression _expression;
    private double _knownMs;
    private double _durationMs = double.PositiveInfinity;
    private byte _mouth;
    private int _next;

    /// <param name="expression">Held over all frames.</param>
    /// <param name="question">True for a question: brows rise more.</param>
    /// <param name="options">Null for the defaults.</param>
    public VisemeTimeline(Expression expression = Expression.Neutral, bool question = false, VisemeTimelineOptions? options = null)
    {
        _options = options ?? new VisemeTimelineOptions();
        _expression = expression;
        _accents = new AccentTrack(_options.AccentGapMs, question);
    }

    /// <summary>Index of the next frame to be given out.</summary>
    public int NextFrame => _next;

    /// <summary>Adds the next phoneme. One that starts before the end of the last is taken to start there.</summary>
    public void Add(in PhonemeTiming phoneme)
    {
        var start = Math.Max(Finite(phoneme.StartMs), _knownMs);
        var end = Math.Max(start, Finite(phoneme.EndMs));
        var target = PhonemeMap.Find(phoneme.Symbol, phoneme.Ipa);
        if (start - _knownMs > GapMs)
        {
            _phonemes.Add(new Articulation(MouthTarget.Silence, _knownMs, start));
        }

        if (!target.Transparent)
        {
            _phonemes.Add(new Articulation(target, start, end));
        }

        if (phoneme.Stress == 1 && target.Start >= Viseme.RR)
        {
            _accents.Stress(start);
        }

        _knownMs = end;
    }

    /// <summary>Says that nothing follows: the audio ends at this time.</summary>
    public void Complete(double durationMs)
    {
        _durationMs = Math.Max(0, Finite(durationMs));
        if (_durationMs > _knownMs)
        {
            _phonemes.Add(new Articulation(MouthTarget.Silence, _knownMs, _durationMs + 1000));
        }

        _knownMs = double.PositiveInfinity;
    }

    /// <summary>Appends the frames that are final by now, at most up to frame <paramref name="limit"/> (exclusive).</summary>
    /// <returns>How many were appended.</returns>
    public int Emit(List<FaceFrame> frames, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var count = 0;
        while (_next < limit && _next * FrameMs < _durationMs && Moment(_next + 1) + _options.AnticipationMs <= _knownMs)
        {
            frames.Add(Frame(_next));
            _next++;
            count++;
        }

        Forget();
        return count;
    }

    private static double Finite(double ms) => double.IsFinite(ms) ? ms : 0;

    /// <summary>The moment of the sound a frame shows: the middle of the time it is on screen, and the lead.</summary>
    private double Moment(int frame) => (frame * FrameMs) + (FrameMs / 2) + _options.LeadMs;

    private FaceFrame Frame(int frame)
    {
        var moment = Moment(frame);
        if (Closed(frame))
        {
            _mouth = MouthTable.IndexOf(Viseme.PP);
        }
        else
        {
            var shape = Blend(moment);
            var mouth = MouthTable.Nearest(shape, _mouth, _options.Hysteresis);

            // A mouth that would be back in the next frame is a twitch, unless it is a real movement.
            if (mouth != _mouth && !Closed(frame + 1) && MouthTable.Nearest(Blend(Moment(frame + 1)), _mouth, _options.Hysteresis) == _mouth
                && MouthTable.Distance(mouth, _mouth) < 0.3f)
            {
                mouth = _mouth;
            }

            _mouth = mouth;
        }

        return new FaceFrame(_mouth, _expression, _accents.LevelAt(moment));
    }

    /// <summary>True when a bilabial sounds at the frame's moment, or is so short that this is the frame nearest to it.</summary>
    private bool Closed(int frame)
    {
        var moment = Moment(frame);
        foreach (ref readonly var phoneme in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_phonemes))
        {
            if (!phoneme.Target.Closes)
            {
                continue;
            }

            var centre = (phoneme.StartMs + phoneme.EndMs) / 2;
            if ((moment >= phoneme.StartMs && moment < phoneme.EndMs) || FrameOf(centre) == frame)
            {
                return true;
            }
        }

        return false;
    }

    private int FrameOf(double ms) => Math.Max(0, (int)Math.Floor((ms - _options.LeadMs) / FrameMs));

    private MouthShape Blend(double moment)
    {
        var sum = default(MouthShape);
        var weights = default(MouthShape);
        var lipToTeeth = 0f;
        foreach (ref readonly var phoneme in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_phonemes))
        {
            var pull = phoneme.Pull(moment, _options.AnticipationMs, _options.CarryoverMs);
            if (pull > 0)
            {
                var weight = Dominance.Of(phoneme.Target.Start) * pull;
                sum += Dominance.Times(phoneme.ShapeAt(moment), weight);
                weights += weight;
                lipToTeeth = phoneme.Target.Start == Viseme.FF ? Math.Max(lipToTeeth, pull) : lipToTeeth;
            }
        }

        // Lips that open after a p are not pressed halfway: without this the release would look like an f.
        var shape = Dominance.Over(sum, weights);
        return lipToTeeth < 0.3f ? shape with { Press = 0 } : shape;
    }

    private void Forget()
    {
        var horizon = Moment(_next) - _options.CarryoverMs - FrameMs;
        var stale = 0;
        while (stale < _phonemes.Count && _phonemes[stale].EndMs < horizon)
        {
            stale++;
        }

        if (stale > 16)
        {
            _phonemes.RemoveRange(0, stale);
        }

        _accents.Forget(horizon);
    }
}
