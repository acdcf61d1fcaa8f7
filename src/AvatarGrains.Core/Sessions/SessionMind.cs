using AvatarGrains.Core.Turns;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Core.Sessions;

/// <summary>What a session does with each command and event. Owned by the session's loop, which stores the changes and then answers.</summary>
/// <param name="runtime">Shared services.</param>
/// <param name="journal">The session's state.</param>
/// <param name="conductor">The session's turns.</param>
/// <param name="ear">The session's microphone.</param>
/// <param name="sinks">The session's subscribers.</param>
/// <param name="live">Feeds the session's machine; false when the session has ended.</param>
internal sealed class SessionMind(
    SessionRuntime runtime, SessionJournal journal, TurnConductor conductor, SessionMicrophone ear, SinkSet sinks, Func<SessionInput, bool> live)
{
    private const string Over = "The session has ended.";
    private const int RememberedQuestions = 32;

    private readonly SessionServices _services = runtime.Services;
    private readonly Queue<string> _taken = new(
        journal.History.Where(l => l.Id is not null).Select(l => l.Id!).TakeLast(RememberedQuestions));

    private TextTurn? _textTurn;
    private string? _connection;
    private bool _unanswered = journal.History is [.., { Speaker: Speaker.User, Id: not null } last] && journal.Record.Turn == last.Turn + SessionActor.TurnsBetweenLives;

    /// <summary>A question by text is being answered.</summary>
    public bool Answering => _textTurn is not null;

    private SessionSpec Spec => journal.Spec;

    public async ValueTask<CommandResult> ExecuteAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case MarkExchanged exchanged:
                journal.Change(journal.Record with { ClientSdp = exchanged.ClientSdp, ServerSdp = exchanged.ServerSdp });
                live(new SessionInput.Exchanged());
                return CommandResult.Ok;
            case TransportConnected connected:
                // A connection may be told of more than once; only a new one has not heard what is being said.
                var repeat = live(new SessionInput.Connected(connected.Connection)) && !connected.Known && connected.Connection != _connection;
                Replace(connected.Connection);
                if (repeat)
                {
                    conductor.Repeat();
                }

                AnswerAtLast();
                return CommandResult.Ok;
            case TransportLost lost:
                live(new SessionInput.Lost(lost.Connection, lost.Graceful));
                return CommandResult.Ok;
            case TakeOver taken:
                sinks.Deliver(new TakenOver(conductor.Turn, taken.What, taken.Owner));
                return CommandResult.Ok;
            case Heartbeat:
                live(new SessionInput.Heartbeat());
                return CommandResult.Ok;
            case EndSession end:
                live(new SessionInput.End(end.Reason, end.Detail));
                return CommandResult.Ok;
            case ReportPlayout report:
                conductor.Report(report);
                return CommandResult.Ok;
            default:
                return live(new SessionInput.Activity())
                    ? await ActAsync(command, cancellationToken)
                    : CommandResult.Refused(RejectReason.SessionTerminated, Over);
        }
    }

    public void OnHeard(ListenEvent heard)
    {
        switch (heard)
        {
            case SpeechStarted when !ear.IsDictation(heard.Utterance):
                conductor.Listen(speaking: true);
                break;
            case SpeechStopped when !ear.IsDictation(heard.Utterance):
                conductor.Listen(speaking: false);
                break;
            case PartialHeard partial:
                sinks.Deliver(new UserCaption(conductor.Turn, Join(ear.Held, partial.Text), Final: false));
                break;
            case UtteranceEnded ended when ear.TakeDictation(heard.Utterance):
                sinks.Deliver(new DictationResult(conductor.Turn, ended.Transcript.Text, ended.Fault));
                break;
            case UtteranceEnded ended:
                OnUtterance(ended);
                break;
            case ListeningBroken broken:
                throw new InvalidOperationException("The recognizer broke.", broken.Error);
        }
    }

    /// <exception cref="SessionRejectedException">Refused.</exception>
    public TextTurn BeginText(TextQuestion question)
    {
        Demand(Capabilities.Llm);
        if (CheckText(question.Text) is { } refused)
        {
            throw new SessionRejectedException(refused.Reject!.Value, refused.Detail);
        }

        if (_textTurn is not null)
        {
            throw new SessionRejectedException(RejectReason.Busy, "Another question is being answered.");
        }

        Act();
        _unanswered = false;
        if (question.ClearHistory)
        {
            journal.ClearHistory();
        }

        if (conductor.Idle)
        {
            conductor.Begin();
        }

        _textTurn = new TextTurn(conductor.Turn, question.Text, Spec, journal.History);
        AppendUser(question.Text);
        return _textTurn;
    }

    public void EndText(EndTextMessage message)
    {
        if (message.Turn != _textTurn)
        {
            return;
        }

        _textTurn = null;
        live(new SessionInput.Activity());
        if (message.Text.Length > 0)
        {
            journal.Append(new HistoryLine(message.Turn.Turn, Speaker.Avatar, message.Text, runtime.Clock.Now.Wall, message.Interrupted));
        }
    }

    /// <exception cref="SessionRejectedException">The session lacks it.</exception>
    public SessionSpec Use(Capabilities needed)
    {
        Demand(needed);
        Act();
        return Spec;
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : first + " " + second;

    /// <summary>The newest connection is the session's; an older one, perhaps of another edge, is told to go.</summary>
    private void Replace(string connection)
    {
        if (_connection is not null && _connection != connection)
        {
            sinks.Deliver(new TakenOver(conductor.Turn, TakenOver.Transport, connection));
        }

        _connection = connection;
    }

    private ValueTask<CommandResult> ActAsync(SessionCommand command, CancellationToken cancellationToken) => command switch
    {
        Ask ask => new(AnswerOnce(ask)),
        Say say => new(SayText(say.Text)),
        Greet => new(SayIntro()),
        Interrupt => new(StopSpeaking()),
        BeginClientSpeech begin => new(OpenClientSpeech(begin.Message)),
        AppendClientSpeech append => new(AddClientSpeech(append)),
        EndClientSpeech => new(FinishClientSpeech()),
        StartListening start => StartListeningAsync(start, cancellationToken),
        StopListening => new(CloseMicrophone()),
        Reconfigure change => ReconfigureAsync(change, cancellationToken),
        RecordEvent record => new(Record(record)),
        ClearHistory => new(Clear()),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Unknown session command."),
    };

    /// <summary>A client whose connection broke asks again what it does not know to have arrived.</summary>
    private CommandResult AnswerOnce(Ask ask)
    {
        if (ask.Id is not { } id)
        {
            return AnswerUser(ask.Text);
        }

        if (_taken.Contains(id))
        {
            AnswerAtLast();
            return CommandResult.Ok;
        }

        var result = AnswerUser(ask.Text, id);
        if (result.Accepted)
        {
            _taken.Enqueue(id);
            if (_taken.Count > RememberedQuestions)
            {
                _taken.Dequeue();
            }
        }

        return result;
    }

    /// <summary>
    /// A question that was taken before this session was restored, and of whose answer nothing is known to have been heard, is answered now that somebody is here: taking it was a promise.
    /// </summary>
    private void AnswerAtLast()
    {
        if (!_unanswered || !conductor.Idle)
        {
            return;
        }

        _unanswered = false;
        var history = journal.History;
        conductor.Begin();
        conductor.Answer(history[^1].Text, [.. history.Take(history.Count - 1)]);
    }

    private CommandResult AnswerUser(string text, string? id = null)
    {
        if (Lacks(Capabilities.Llm) is { } missing)
        {
            return missing;
        }

        if (CheckText(text) is { } refused)
        {
            return refused;
        }

        conductor.Begin();
        _unanswered = false;
        var history = journal.History;
        AppendUser(text, id);
        sinks.Deliver(new UserCaption(conductor.Turn, text, Final: true));
        conductor.Answer(text, history);
        return CommandResult.Ok;
    }

    private CommandResult SayText(string text)
    {
        if (!Spec.Capabilities.CanSpeak())
        {
            return CommandResult.Refused(RejectReason.CapabilityMissing, "The session does not speak.");
        }

        if (CheckText(text) is { } refused)
        {
            return refused;
        }

        if (conductor.QueueFull)
        {
            return CommandResult.Refused(RejectReason.Busy, "Too much waits to be said.");
        }

        _unanswered = false;
        conductor.Say(new TextSource(text));
        return CommandResult.Ok;
    }

    private CommandResult SayIntro()
    {
        var greeted = journal.History.Any(l => l.Speaker == Speaker.Avatar) || !conductor.Idle;
        return greeted || string.IsNullOrWhiteSpace(Spec.IntroMessage) ? CommandResult.Ok : SayText(Spec.IntroMessage);
    }

    private CommandResult StopSpeaking()
    {
        _unanswered = false;
        conductor.Interrupt();
        return CommandResult.Ok;
    }

    private CommandResult OpenClientSpeech(string message)
    {
        if (!Spec.Capabilities.CanLipSync())
        {
            return CommandResult.Refused(RejectReason.CapabilityMissing, "The session does not lip-sync.");
        }

        if (message.Length > _services.Speech.MaxText)
        {
            return TooLong();
        }

        if (conductor.ClientSpeech is not null)
        {
            return CommandResult.Refused(RejectReason.WrongState, "Client speech has begun already.");
        }

        if (conductor.QueueFull)
        {
            return CommandResult.Refused(RejectReason.Busy, "Too much waits to be said.");
        }

        conductor.Follow(message);
        return CommandResult.Ok;
    }

    private CommandResult AddClientSpeech(AppendClientSpeech append)
    {
        if (conductor.ClientSpeech is not { } speech)
        {
            return CommandResult.Refused(RejectReason.WrongState, "Client speech has not begun.");
        }

        if (append.Audio.SampleRate is < 8000 or > 48000)
        {
            return CommandResult.Refused(RejectReason.InvalidArgument, $"The sample rate is {append.Audio.SampleRate}, it must be 8000 to 48000.");
        }

        return speech.TryAppend(append.Audio) ? CommandResult.Ok : CommandResult.Refused(RejectReason.Busy, "Too much client speech waits to be played.");
    }

    private CommandResult FinishClientSpeech()
    {
        if (conductor.ClientSpeech is null)
        {
            return CommandResult.Refused(RejectReason.WrongState, "Client speech has not begun.");
        }

        conductor.EndClientSpeech();
        return CommandResult.Ok;
    }

    private async ValueTask<CommandResult> StartListeningAsync(StartListening start, CancellationToken cancellationToken)
    {
        if (start.Mode == ListenMode.Off)
        {
            return CloseMicrophone();
        }

        if (Lacks(Capabilities.Stt) is { } missing)
        {
            return missing;
        }

        if (_services.Engines.FindRecognizer(Spec.Recognizer) is not { } recognizer)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no recognizer named '{Spec.Recognizer ?? "(default)"}'.");
        }

        ear.Start(start.Mode, recognizer, await RecognitionAsync(start.Language, cancellationToken));
        return CommandResult.Ok;
    }

    /// <summary>What this session can be asked.</summary>
    private async ValueTask<RecognitionContext> RecognitionAsync(string? language, CancellationToken cancellationToken)
    {
        var knowledge = Spec.Document is { Length: > 0 } document ? await _services.Knowledge.FindAsync(document, cancellationToken) : null;
        return new RecognitionContext(language ?? Spec.Language, (knowledge ?? _services.Knowledge.BuiltIn).ForRecognition);
    }

    private CommandResult CloseMicrophone()
    {
        ear.Stop();
        return CommandResult.Ok;
    }

    private async ValueTask<CommandResult> ReconfigureAsync(Reconfigure change, CancellationToken cancellationToken)
    {
        if (change.Voice is not null && _services.Engines.FindVoice(change.Voice) is null)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no voice named '{change.Voice}'.");
        }

        if (change.Model is not null && _services.Engines.FindModel(change.Model) is null)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no language model named '{change.Model}'.");
        }

        if (change.Document is { Length: > 0 } document && await _services.Knowledge.FindAsync(document, cancellationToken) is null)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no document '{document}'.");
        }

        if (change.SystemPrompt?.Length > _services.Speech.MaxText)
        {
            return TooLong();
        }

        var spec = Spec with
        {
            View = change.View ?? Spec.View,
            Voice = change.Voice ?? Spec.Voice,
            Model = change.Model ?? Spec.Model,
            Language = change.Language ?? Spec.Language,
            SystemPrompt = change.SystemPrompt ?? Spec.SystemPrompt,
            Document = change.Document is "" ? null : change.Document ?? Spec.Document,
        };
        if (spec != Spec)
        {
            journal.Change(journal.Record with { Spec = spec });
            sinks.Deliver(new SpecChanged(conductor.Turn, spec));
        }

        return CommandResult.Ok;
    }

    private CommandResult Record(RecordEvent record)
    {
        if (record.Event.Length > 100 || record.Detail.Length > _services.Speech.MaxText)
        {
            return TooLong();
        }

        var id = Guid.NewGuid().ToString();
        journal.Append(new SessionEventRecord(id, journal.Record.Id, record.Event, record.Detail, runtime.Clock.Now.Wall));
        return new CommandResult(null, id);
    }

    private CommandResult Clear()
    {
        journal.ClearHistory();
        _unanswered = false;
        return CommandResult.Ok;
    }

    private void OnUtterance(UtteranceEnded ended)
    {
        var text = Join(ear.Held, ended.Transcript.Text);
        if (ended.Utterance < ear.Newest && ended.Fault is null)
        {
            // The person went on speaking: one question.
            ear.Held = text;
            return;
        }

        ear.Held = "";
        if (ended.Fault is { } fault)
        {
            sinks.Deliver(new TurnFailed(conductor.Turn, fault, ended.Detail));
            Excuse(Apologies.ForFault(fault, Spec.Language));
        }
        else if (text.Length == 0)
        {
            sinks.Deliver(new UserCaption(conductor.Turn, "", Final: true));
            conductor.Rest();
        }
        else if (!ended.Transcript.Understood)
        {
            sinks.Deliver(new UserCaption(conductor.Turn, text, Final: true));
            Excuse(Apologies.NotUnderstood(Spec.Language));
        }
        else if (!AnswerUser(text).Accepted)
        {
            // A session without a language model only shows what it heard.
            sinks.Deliver(new UserCaption(conductor.Turn, text, Final: true));
            conductor.Rest();
        }
    }

    private void Excuse(string words)
    {
        if (Spec.Capabilities.CanSpeak() && !conductor.QueueFull)
        {
            conductor.Say(new TextSource(words));
        }
        else
        {
            conductor.Rest();
        }
    }

    private void AppendUser(string text, string? id = null) =>
        journal.Append(new HistoryLine(conductor.Turn, Speaker.User, text, runtime.Clock.Now.Wall, Id: id));

    private CommandResult? Lacks(Capabilities needed) => Spec.Capabilities.Has(needed)
        ? null
        : CommandResult.Refused(RejectReason.CapabilityMissing, $"The session was made without {needed.ToString().ToUpperInvariant()}.");

    /// <summary>A request is a sign of life; it may also be the moment a quota ends the session.</summary>
    private void Act()
    {
        if (!live(new SessionInput.Activity()))
        {
            throw new SessionRejectedException(RejectReason.SessionTerminated, Over);
        }
    }

    private void Demand(Capabilities needed)
    {
        if (Lacks(needed) is { } missing)
        {
            throw new SessionRejectedException(missing.Reject!.Value, missing.Detail);
        }
    }

    private CommandResult? CheckText(string text) =>
        string.IsNullOrWhiteSpace(text) ? CommandResult.Refused(RejectReason.InvalidArgument, "The text is empty.")
        : text.Length > _services.Speech.MaxText ? TooLong()
        : null;

    private CommandResult TooLong() =>
        CommandResult.Refused(RejectReason.InvalidArgument, $"The text is longer than {_services.Speech.MaxText} characters.");
}
