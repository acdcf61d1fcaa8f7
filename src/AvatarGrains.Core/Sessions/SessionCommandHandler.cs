using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// Carries out one session's commands. Nothing here waits: what has changed is stored afterwards, and then the command is answered.
/// </summary>
internal sealed class SessionCommandHandler(SessionContext session, SessionQuestions questions, SessionSpeech speech, SessionListening listening)
{
    private const int LongestEventName = 100;

    private string? _connection;

    public CommandResult Execute(SessionCommand command)
    {
        switch (command)
        {
            case MarkExchanged exchanged:
                session.Journal.Change(session.Journal.Record with { ClientSdp = exchanged.ClientSdp, ServerSdp = exchanged.ServerSdp });
                session.Live(new SessionInput.Exchanged());
                return CommandResult.Ok;
            case TransportConnected connected:
                return Connect(connected);
            case TransportLost lost:
                session.Live(new SessionInput.Lost(lost.Connection, lost.Graceful));
                return CommandResult.Ok;
            case TakeOver taken:
                session.Sinks.Deliver(new TakenOver(session.Turns.Turn, taken.What, taken.Owner));
                return CommandResult.Ok;
            case Heartbeat:
                session.Live(new SessionInput.Heartbeat());
                return CommandResult.Ok;
            case EndSession end:
                session.Live(new SessionInput.End(end.Reason, end.Detail));
                return CommandResult.Ok;
            case ReportPlayout report:
                session.Turns.Report(report);
                return CommandResult.Ok;
            default:
                return session.Live(new SessionInput.Activity())
                    ? Act(command)
                    : CommandResult.Refused(RejectReason.SessionTerminated, SessionRejections.EndedDetail);
        }
    }

    private CommandResult Act(SessionCommand command) => command switch
    {
        Perform { Request: { Kind: TurnKind.Ask } request } => questions.Ask(request),
        Perform { Request: { Kind: TurnKind.Say } request } => speech.Say(request),
        Greet => speech.Greet(),
        Interrupt => speech.Stop(),
        BeginClientSpeech begin => speech.BeginClientSpeech(begin.Message),
        AppendClientSpeech append => speech.AppendClientSpeech(append),
        EndClientSpeech => speech.EndClientSpeech(),
        StartListening start => listening.Start(start),
        StopListening => listening.Stop(),
        Reconfigure change => Reconfigure(change),
        RecordEvent record => Record(record),
        ClearHistory => Clear(),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Unknown session command."),
    };

    private CommandResult Connect(TransportConnected connected)
    {
        // A connection may be told of more than once; only a new one has not heard what is being said.
        var repeat = session.Live(new SessionInput.Connected(connected.Connection)) && !connected.Known && connected.Connection != _connection;
        if (_connection is not null && _connection != connected.Connection)
        {
            // The newest connection is the session's; an older one, perhaps of another edge, closes.
            session.Sinks.Deliver(new TakenOver(session.Turns.Turn, TakenOver.Transport, connected.Connection));
        }

        _connection = connected.Connection;
        if (repeat)
        {
            session.Turns.Repeat();
        }

        questions.AnswerRestored();
        return CommandResult.Ok;
    }

    private CommandResult Reconfigure(Reconfigure change)
    {
        var engines = session.Services.Engines;
        if (change.Voice is not null && engines.FindVoice(change.Voice) is null)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no voice named '{change.Voice}'.");
        }

        if (change.Model is not null && engines.FindModel(change.Model) is null)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no language model named '{change.Model}'.");
        }

        if (session.CheckLength(change.SystemPrompt) is { } tooLong)
        {
            return tooLong;
        }

        var old = session.Spec;
        var spec = old with
        {
            View = change.View ?? old.View,
            Voice = change.Voice ?? old.Voice,
            Model = change.Model ?? old.Model,
            Language = change.Language ?? old.Language,
            SystemPrompt = change.SystemPrompt ?? old.SystemPrompt,
            Document = change.Document is "" ? null : change.Document ?? old.Document,
        };
        if (spec != old)
        {
            session.Journal.Change(session.Journal.Record with { Spec = spec });
            session.Sinks.Deliver(new SpecChanged(session.Turns.Turn, spec));
        }

        return CommandResult.Ok;
    }

    private CommandResult Record(RecordEvent record)
    {
        if (record.Event.Length > LongestEventName)
        {
            return CommandResult.Refused(RejectReason.InvalidArgument, $"The event's name is longer than {LongestEventName} characters.");
        }

        if (session.CheckLength(record.Detail) is { } tooLong)
        {
            return tooLong;
        }

        var id = Guid.NewGuid().ToString();
        var now = session.Runtime.Clock.Now.Wall;
        session.Journal.Append(new SessionEventRecord(id, session.Journal.Record.Id, record.Event, record.Detail, now));
        return new CommandResult(null, id);
    }

    private CommandResult Clear()
    {
        session.Journal.ClearHistory();
        questions.Forget();
        return CommandResult.Ok;
    }
}
