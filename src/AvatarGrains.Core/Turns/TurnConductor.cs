using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// Turns: their numbers, what is being said and waits to be said, how much was heard. Owned by the session's loop and the only one that
/// delivers speech, so that nothing of an older turn can follow <see cref="TurnBegan"/>.
/// </summary>
internal sealed class TurnConductor(SessionServices services, SessionClock clock, Mailbox mailbox, SinkSet sinks, SessionJournal journal)
{
    private readonly Queue<SpeechSource> _waiting = new();
    private SpeechJob? _job;
    private SpokenTurn? _spoken;
    private TimeSpan? _asked;
    private ClientSpeech? _clientSpeech;
    private Expression _expression = Expression.Neutral;

    public int Turn => journal.Record.Turn;

    public ConversationPhase Phase { get; private set; } = ConversationPhase.Idle;

    /// <summary>Nothing is being said or prepared, and all that was said has played.</summary>
    public bool Idle => _spoken is null;

    public bool QueueFull => _waiting.Count >= services.Speech.MaxQueued;

    public ClientSpeech? ClientSpeech => _clientSpeech;

    /// <summary>When the current turn should have played out; null while that is not known or there is none.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (_spoken is not { Complete: true } spoken)
            {
                return null;
            }

            var now = clock.Monotonic;
            var left = TimeSpan.FromMilliseconds(Math.Ceiling(spoken.Record.SentMs - spoken.Record.ClockMs(now)));
            if (left > TimeSpan.Zero)
            {
                return now + left;
            }

            return spoken.Record.Reported ? (spoken.OverdueSince ??= now) + services.Speech.ReportSlack : now;
        }
    }

    /// <summary>A new turn: what was being said is cut off, and what was heard of it enters the history.</summary>
    public void Begin()
    {
        if (_spoken is { Free: true, Complete: true, Record.Reported: false } given)
        {
            // Nobody plays it here: whoever has it all and asks on has not cut it off.
            given.Record.FinishAll();
        }

        Start();
    }

    private void Start()
    {
        Close(TurnEnd.Interrupted);
        _asked = null;
        journal.Change(journal.Record with { Turn = Turn + 1 });
        sinks.Deliver(new TurnBegan(Turn));
        if (_expression != Expression.Neutral)
        {
            Hold(Expression.Neutral);
        }
    }

    /// <summary>Says something after what is being said, in a new turn when nothing is.</summary>
    public void Say(SpeechSource source, Pace pace = Pace.Live)
    {
        if (Idle)
        {
            Begin();
        }

        Queue(source, pace, default);
    }

    /// <summary>Answers a question in a new turn.</summary>
    public void Answer(TurnRequest request, IReadOnlyList<HistoryLine> history)
    {
        _asked = clock.Monotonic;
        Queue(new AnswerSource(request, history), request.Pace, request.Heard);
        Show(ConversationPhase.Thinking);
    }

    /// <summary>Lip-syncs what the client will say, after what is being said.</summary>
    public void Follow(string message)
    {
        var speech = new ClientSpeech(services.Speech.ClientSpeechAhead);
        Say(new AudioSource(message, speech.ReadAsync()));
        _clientSpeech = speech;
    }

    public void EndClientSpeech()
    {
        _clientSpeech?.End();
        _clientSpeech = null;
    }

    /// <summary>Stops speaking. Nothing happens when nothing is said.</summary>
    public void Interrupt()
    {
        if (!Idle)
        {
            Start();
            Show(ConversationPhase.Idle);
        }
    }

    /// <summary>
    /// A client has come, or come back: the sentence it was in the middle of is said to it again, and what follows. Who has had a part
    /// already knows it by its numbers.
    /// </summary>
    public void Repeat()
    {
        if (_spoken is not { } spoken)
        {
            return;
        }

        var from = spoken.Record.Rewind(clock.Monotonic);
        spoken.OverdueSince = null;
        spoken.Forget(from);
        foreach (var output in spoken.Unheard)
        {
            sinks.Deliver(output);
        }
    }

    /// <summary>The person speaks, or has stopped.</summary>
    public void Listen(bool speaking)
    {
        if (speaking)
        {
            Interrupt();
            Show(ConversationPhase.Listening);
        }
        else if (Phase == ConversationPhase.Listening)
        {
            Show(ConversationPhase.Thinking);
        }
    }

    /// <summary>Nothing came of what was heard.</summary>
    public void Rest()
    {
        if (Idle)
        {
            Show(ConversationPhase.Idle);
        }
    }

    /// <summary>What is being said is cut off, without a new turn.</summary>
    public void Close(TurnEnd reason)
    {
        _waiting.Clear();
        EndClientSpeech();
        _job?.Cancel();
        _job = null;
        if (_spoken is { } spoken)
        {
            _spoken = null;
            Write(spoken, complete: spoken is { Complete: true, Record.AllFinished: true }, reason);
        }
    }

    public void OnSentence(SentenceMessage message)
    {
        if (message.Job != _job || _spoken is not { } spoken)
        {
            return;
        }

        var sentence = message.Sentence;
        spoken.Timer.FirstWords(message.Job.FirstWords);
        spoken.Record.Begin(sentence.Text);
        spoken.Sequence = 0;
        spoken.Complete = false;
        if (message.Expression != _expression)
        {
            Hold(message.Expression);
        }

        Tell(spoken, new SegmentBegan(
            Turn,
            spoken.Record.Count - 1,
            sentence.Text,
            message.Expression,
            sentence.Tags.Count > 0 ? sentence.Tags : null,
            sentence.Raw == sentence.Text ? null : sentence.Raw));
        foreach (var tag in sentence.Tags.Where(tag => tag.Name == "vision"))
        {
            sinks.Deliver(new VisionRequested(Turn, tag.Value));
        }
    }

    public void OnTool(ToolMessage message)
    {
        if (message.Job == _job)
        {
            sinks.Deliver(message.Call(Turn));
        }
    }

    public void OnPart(PartMessage message)
    {
        if (message.Job != _job || _spoken is not { } spoken)
        {
            return;
        }

        var part = message.Part;
        var segment = spoken.Record.Count - 1;
        spoken.Record.Sent(segment, part.Speech.DurationMs, part.Last, clock.Monotonic);
        if (message.Lost)
        {
            spoken.Record.Lose(segment);
        }

        if (part.Speech.PacketCount > 0)
        {
            Show(ConversationPhase.Speaking);
            spoken.Timer.FirstSpeech();
            NoteAnswer();
        }

        Tell(spoken, new SpeechChunk(Turn, segment, spoken.Sequence++, part.Speech, part.FirstFace, part.Last));
    }

    private void Tell(SpokenTurn spoken, SessionOutput output)
    {
        spoken.Unheard.Enqueue(output);
        sinks.Deliver(output);
    }

    private void NoteAnswer()
    {
        if (_asked is { } asked)
        {
            services.Metrics.Answered(clock.Monotonic - asked);
            _asked = null;
        }
    }

    /// <summary>A job has ended.</summary>
    /// <returns>A bug, when that is what ended it.</returns>
    public Exception? OnOver(JobOverMessage message)
    {
        if (message.Job != _job || _spoken is not { } spoken)
        {
            return null;
        }

        _job = null;
        if (message.Error is { } error)
        {
            if (error is not EngineException fault)
            {
                return error;
            }

            spoken.Failed = true;
            services.Metrics.TurnFailed();
            sinks.Deliver(new TurnFailed(Turn, fault.Fault, fault.Message));
            if (!message.Job.IsApology)
            {
                _waiting.Clear();
                EndClientSpeech();
                Work(new TextSource(Apologies.ForFault(fault.Fault, journal.Spec.Language)), apology: true);
                return null;
            }
        }

        Next();
        return null;
    }

    public void Report(ReportPlayout report)
    {
        if (report.Turn == Turn && _spoken is { } spoken)
        {
            var (began, finished) = spoken.Record.Report(report.Segment, report.PlayedMs, report.Finished);
            if (began)
            {
                spoken.Timer.FirstPlayed();
                sinks.Deliver(new SegmentPlayed(Turn, report.Segment, Finished: false));
            }

            if (finished)
            {
                sinks.Deliver(new SegmentPlayed(Turn, report.Segment, Finished: true));
            }

            spoken.Gate.Reported(spoken.Record.PositionMs);
            spoken.Forget(report.Segment);
        }
    }

    /// <summary>Ends the turn when all of it was played.</summary>
    public void Advance()
    {
        if (_spoken is not { Complete: true } spoken)
        {
            return;
        }

        var over = spoken.Record.AllFinished || NextDeadline is not { } due || due <= clock.Monotonic;
        if (over)
        {
            _spoken = null;
            Write(spoken, complete: true, spoken.Failed ? TurnEnd.Failed : TurnEnd.Played);
            if (_expression != Expression.Neutral)
            {
                Hold(Expression.Neutral);
            }

            Show(ConversationPhase.Idle);
        }
    }

    /// <summary>Takes the expression to hold from now on.</summary>
    private void Hold(Expression expression)
    {
        _expression = expression;
        sinks.Deliver(new ExpressionChanged(Turn, expression));
    }

    private void Show(ConversationPhase phase)
    {
        if (phase != Phase)
        {
            Phase = phase;
            sinks.Deliver(new PhaseChanged(Turn, phase));
        }
    }

    private void Queue(SpeechSource source, Pace pace, HeardTimings heard)
    {
        _spoken ??= new SpokenTurn(clock, services.Speech.Ahead, heard);
        if (pace == Pace.Free)
        {
            _spoken.Free = true;
            _spoken.Gate.Open();
        }

        _waiting.Enqueue(source);
        if (_job is null)
        {
            Next();
        }
    }

    private void Next()
    {
        if (_waiting.TryDequeue(out var source))
        {
            Work(source, apology: false);
            return;
        }

        _spoken!.Complete = true;
        sinks.Deliver(new TurnComplete(Turn, _spoken.Record.Count));
    }

    private void Work(SpeechSource source, bool apology)
    {
        _spoken!.Complete = false;
        _spoken.OverdueSince = null;
        _job = SpeechJob.Start(services, journal.Spec, source, _spoken.Gate, mailbox, apology);
    }

    private void Write(SpokenTurn spoken, bool complete, TurnEnd reason)
    {
        var (text, interrupted) = spoken.Record.Heard(clock.Monotonic, complete && !spoken.Failed);
        if (text.Length > 0)
        {
            journal.Append(new HistoryLine(Turn, Speaker.Avatar, text, clock.Now.Wall, interrupted));
        }

        var end = reason == TurnEnd.Interrupted && complete ? TurnEnd.Played : reason;
        sinks.Deliver(new TurnEnded(Turn, end, spoken.Timer.Timings));
    }
}
