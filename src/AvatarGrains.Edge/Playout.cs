using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>
/// Plays one session to one client. Sans-IO: outputs of the session come in by <see cref="Take"/>, time by <see cref="Advance"/>, media
/// goes out to an <see cref="IMediaOut"/>. The count of 20 ms audio ticks is the one clock; audio and video timestamps are both made from
/// it, so they cannot drift apart.
/// </summary>
internal sealed class Playout(IMediaOut media, IPlayoutObserver observer, AudioTrack audio, VideoTrack video) : IDisposable
{
    /// <summary>Length of a tick in microseconds.</summary>
    public const long TickMicroseconds = 20_000;

    /// <summary>Ticks between progress reports of a segment.</summary>
    public const int ReportInterval = 25;

    // Behind by more than this, playout skips: a client would otherwise get a burst it can only throw away.
    private const long MaxCatchUpTicks = 5;

    // Poses asked for this many frames ahead, 560 ms: the library then has time for one that nobody has met yet.
    private const int PrepareFrames = IdleAhead.Depth - 1;

    private readonly SpeechQueue _speech = new();
    private long _origin;
    private long _tick;
    private long _videoTick;
    private bool _talking;
    private bool _started;

    /// <summary>When <see cref="Advance"/> wants to be called next.</summary>
    public long NextDeadline => _started ? _origin + (_tick * TickMicroseconds) : long.MaxValue;

    /// <summary>
    /// When something will be sent next unless more comes in. While the avatar is silent that is every second tick: who waits that long has
    /// half the work, but has to call <see cref="Rest"/> before he gives more to <see cref="Take"/>.
    /// </summary>
    public long NextSend => _started ? NextDeadline + (QuietTicks * TickMicroseconds) : long.MaxValue;

    /// <summary>Ticks that were left out because the loop came too late.</summary>
    public long SkippedTicks { get; private set; }

    /// <summary>Ticks of silence sent in the middle of a segment because its next chunk was late.</summary>
    public long Underruns { get; private set; }

    public int Turn => _speech.Turn;

    private long QuietTicks => _speech.Current is null ? Math.Clamp(_videoTick - _tick, 0, audio.QuietTicks) : 0;

    /// <summary>Starts the clock.</summary>
    public void Start(long now)
    {
        _origin = now;
        _started = true;
    }

    /// <summary>Lets the ticks until now pass in which there was nothing to send.</summary>
    public void Rest(long now)
    {
        if (_started && now >= NextDeadline)
        {
            var passed = Math.Min(QuietTicks, ((now - NextDeadline) / TickMicroseconds) + 1);
            audio.Rest(passed);
            _tick += passed;
        }
    }

    /// <summary>Takes an output of the session.</summary>
    /// <returns>False when it belongs to a turn that is over.</returns>
    public bool Take(SessionOutput output)
    {
        if (_speech.IsStale(output))
        {
            return false;
        }

        if (output.Turn > _speech.Turn)
        {
            BeginTurn(output.Turn);
        }

        switch (output)
        {
            case SegmentBegan began:
                _speech.Add(began);
                break;
            case SpeechChunk chunk:
                _speech.Add(chunk);
                Foretell(all: true);
                break;
            case PhaseChanged phase:
                video.Mood = phase.Phase;
                break;
            case ExpressionChanged expression:
                video.Expression = expression.Expression;
                Foretell(all: true);
                break;
        }

        return true;
    }

    /// <summary>Sends everything due.</summary>
    public void Advance(long now)
    {
        if (!_started)
        {
            return;
        }

        var behind = (now - NextDeadline) / TickMicroseconds;
        if (behind > MaxCatchUpTicks)
        {
            _tick += behind;
            SkippedTicks += behind;
        }

        while (NextDeadline <= now)
        {
            Tick(now);
            _tick++;
        }
    }

    public void RequestKeyFrame() => video.RequestKeyFrame();

    public void Show(Core.Media.IPoseSet poses) => video.Show(poses);

    public Core.Avatars.AvatarView View => video.View;

    public ConversationPhase Mood => video.Mood;

    public void Dispose() => video.Dispose();

    private void BeginTurn(int turn)
    {
        var before = _speech.Turn;
        var waiting = _speech.Current is { IsFinished: false };
        if (_speech.Begin(turn) is { } cut)
        {
            observer.OnProgress(cut, cut.IsFinished);
        }

        if (waiting)
        {
            observer.OnInterrupted(before);
        }
    }

    private void Tick(long now)
    {
        var segment = _speech.Current;
        while (segment is { IsFinished: true })
        {
            _speech.Next();
            observer.OnProgress(segment, true);
            segment = _speech.Current;
        }

        if (segment is { HasPacket: true })
        {
            Speak(segment, now);
            return;
        }

        Underruns += segment is { Position: > 0 } ? 1 : 0;
        _talking = false;
        audio.Silence(_tick, media, now);
        if (_tick >= _videoTick)
        {
            SendVideo(null, now);
            Foretell(all: false);
        }
    }

    private void Speak(SpeechSegment segment, long now)
    {
        // Speech that starts or resumes brings its first face with its first packet, whatever the beat of the idle frames was.
        var starts = segment.Position == 0;
        if (starts || !_talking || _tick >= _videoTick)
        {
            SendVideo(segment.Face, now);
            _talking = true;
            Foretell(all: starts);
        }

        _talking = true;
        audio.Speak(segment.Take(), _tick, media, now);
        if (starts)
        {
            observer.OnSegmentStarted(segment);
        }
        else if (segment.Position % ReportInterval == 0 && !segment.IsFinished)
        {
            observer.OnProgress(segment, false);
        }
    }

    /// <summary>
    /// Has the poses of the coming frames encoded as far as they are known: the furthest with each frame, all when more has become known.
    /// </summary>
    private void Foretell(bool all)
    {
        var next = (_speech.Current?.Position ?? 0) + (_talking ? (int)Math.Max(0, _videoTick - _tick) : 0);
        for (var ahead = all ? 0 : PrepareFrames - 1; ahead < PrepareFrames; ahead++)
        {
            if (_speech.TryForetell(next, ahead, out var face, out var over))
            {
                video.Prepare(ahead, over == 0 ? face : video.Settle(face, over));
            }
            else if (_speech.Current is null)
            {
                video.PrepareRest(ahead);
            }
        }
    }

    private void SendVideo(Core.Avatars.FaceFrame? face, long now)
    {
        video.Send(face, _tick, media, now);
        _videoTick = _tick + 2;
    }
}
