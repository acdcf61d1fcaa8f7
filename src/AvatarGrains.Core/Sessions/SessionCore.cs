using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Turns;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// What a session does with each message: it dispatches it, performs what the session's machine asks for, has changes stored, and sets the
/// next deadline. Runs on the session's scheduler alone, and waits for nothing.
/// </summary>
internal sealed class SessionCore : IDeadlineOwner
{
    /// <summary>
    /// How far a restored session's turn is above the stored one. A turn is announced before it is stored, so more may have been seen than
    /// are known: this is more than begin while a store does not answer for hours.
    /// </summary>
    public const int TurnsBetweenLives = 10_000;

    private const int MostUnanswered = 128;

    private readonly SessionRuntime _runtime;
    private readonly Action _stopped;
    private readonly SessionMachine _machine;
    private readonly SessionJournal _journal;
    private readonly SinkSet _sinks;
    private readonly SessionSaver _saver;
    private readonly TurnConductor _conductor;
    private readonly SessionContext _context;
    private readonly SessionQuestions _questions;
    private readonly SessionListening _listening;
    private readonly SessionCommandHandler _commands;
    private readonly List<SessionEffect> _effects = [];
    private readonly Queue<string> _months = new();
    private readonly WakeMessage _wake = new();
    private readonly DeadlineScheduler.Ticket _ticket;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PublishedSession _published;
    private SessionEffect.Ended? _ended;
    private bool _draining;
    private bool _drainNow;
    private bool _suspended;
    private bool _settling;
    private bool _over;
    private volatile bool _quiet = true;

    public SessionCore(SessionRuntime runtime, TaskScheduler turns, Action stopped, SessionJournal journal, int? restoredTurn)
    {
        (_runtime, _stopped, _journal, _machine) = (runtime, stopped, journal, journal.Machine);
        var services = runtime.Services;
        Mailbox = new Mailbox(turns, MostUnanswered, Handle);
        _sinks = new SinkSet(services.Log, Id);
        _saver = new SessionSaver(journal, runtime, Mailbox, OnWritten, OnLost);
        _conductor = new TurnConductor(services, runtime.Clock, Mailbox, _sinks, journal);
        Microphone = new SessionMicrophone(services, Mailbox);
        _context = new SessionContext(runtime, journal, _conductor, _sinks, Live);
        _questions = new SessionQuestions(_context, restoredTurn);
        var speech = new SessionSpeech(_context, _questions);
        _listening = new SessionListening(_context, Microphone, _questions, speech);
        _commands = new SessionCommandHandler(_context, _questions, speech, _listening);
        _ticket = runtime.Deadlines.Register(this);
        _published = Publish();
    }

    public string Id => _journal.Record.Id;

    public Mailbox Mailbox { get; }

    public SessionMicrophone Microphone { get; }

    /// <summary>Ends when the session is over. Never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The session as it was last stored. Any thread.</summary>
    public PublishedSession Published => Volatile.Read(ref _published);

    /// <summary>Nothing was being said or answered when it last did anything. Any thread.</summary>
    public bool IsQuiet => _quiet;

    /// <summary>What the avatar is doing. Any thread.</summary>
    public ConversationPhase Phase => _conductor.Phase;

    /// <summary>Why it takes no messages any more. Any thread.</summary>
    public SessionRejectedException Gone => _machine.Status == SessionStatus.Terminated
        ? SessionRejections.Ended()
        : new SessionRejectedException(RejectReason.Draining, "The session is being moved or the server is stopping.");

    /// <summary>Stores a new session for the first time. Before <see cref="Begin"/>.</summary>
    public async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        _journal.Touch();
        await _journal.WriteAsync(cancellationToken);
        _published = Publish();
    }

    /// <summary>Has a restored session stored at once: whoever else still runs it can write no more. Before <see cref="Begin"/>.</summary>
    public void Claim() => _journal.Touch();

    /// <summary>Starts its deadlines, and stores what is not stored.</summary>
    public void Begin() => Mailbox.Post(_wake);

    void IDeadlineOwner.Wake() => Mailbox.Post(_wake);

    private bool MayStop => _draining && _conductor.Idle && (_drainNow || !_questions.Answering);

    /// <summary>
    /// Handles one message. A refusal too is told only once what came of it is stored and can be seen: who hears that the session has ended
    /// finds it ended.
    /// </summary>
    private void Handle(SessionMessage message)
    {
        if (_over || _suspended)
        {
            Mailbox.Release(message);
            message.Abandon(Gone);
            return;
        }

        try
        {
            Action? reply;
            try
            {
                reply = Dispatch(message);
            }
            catch (SessionRejectedException e)
            {
                reply = () => message.Abandon(e);
            }
            catch (Exception e)
            {
                Break(e);
                var why = new SessionRejectedException(RejectReason.SessionTerminated, "The session ended because of an error.");
                reply = () => message.Abandon(why);
            }

            Settle(message, reply);
        }
        catch (Exception e)
        {
            // The last resort: even ending the session broke. Its stored state stays as it was.
            _runtime.Services.Log.LogCritical(e, "Session {Session} broke while it was being ended.", Id);
            message.Abandon(Gone);
            Stop();
        }
    }

    private Action? Dispatch(SessionMessage message)
    {
        Live(SessionInput.Tick.Instance);
        if (_machine.Status == SessionStatus.Terminated)
        {
            return () => message.Abandon(SessionRejections.Ended());
        }

        switch (message)
        {
            case CommandMessage command:
                var result = _commands.Execute(command.Command);
                return () => command.Reply(result);
            case PartMessage part:
                _conductor.OnPart(part);
                return null;
            case ToolMessage tool:
                _conductor.OnTool(tool);
                return null;
            case SentenceMessage sentence:
                _conductor.OnSentence(sentence);
                return null;
            case JobOverMessage over:
                if (_conductor.OnOver(over) is { } bug)
                {
                    Break(bug);
                }

                return null;
            case AudioMessage:
                _listening.Feed();
                return null;
            case HeardMessage heard:
                _listening.OnHeard(heard);
                return null;
            case WakeMessage:
                return null;
            default:
                return DispatchRequest(message);
        }
    }

    private Action? DispatchRequest(SessionMessage message)
    {
        switch (message)
        {
            case SubscribeMessage subscribe:
                _sinks.Add(subscribe.Sink);
                _sinks.DeliverTo(subscribe.Sink, new PhaseChanged(_conductor.Turn, _conductor.Phase));
                return () => subscribe.Reply(true);
            case UnsubscribeMessage unsubscribe:
                _sinks.Remove(unsubscribe.Sink);
                return () => unsubscribe.Reply(true);
            case BeginTextMessage begin:
                var turn = _questions.BeginText(begin.Question);
                return () => begin.Reply(turn);
            case EndTextMessage end:
                _questions.EndText(end);
                return () => end.Reply(true);
            case UseMessage use:
                _context.Use(use.Needed);
                var spec = _journal.Spec;
                return () => use.Reply(spec);
            case BrokenMessage broken:
                Break(broken.Error);
                return null;
            case DrainMessage drain:
                _draining = true;
                _drainNow |= drain.Now;
                if (drain.Now)
                {
                    _conductor.Close(TurnEnd.Closed);
                }

                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(message), message, "Unknown message.");
        }
    }

    private void Break(Exception error)
    {
        _runtime.Services.Log.LogError(error, "Session {Session} broke and is ended.", Id);
        Live(new SessionInput.End(TerminationReason.SessionMiscError, error.Message));
    }

    /// <returns>True while the session lives.</returns>
    private bool Live(SessionInput input)
    {
        _machine.Handle(input, _runtime.Clock.Now, _effects);
        if (_ended is null && _effects.Find(e => e is SessionEffect.Ended) is SessionEffect.Ended ended)
        {
            _ended = ended;
            _conductor.Close(TurnEnd.Closed);
        }

        return _ended is null;
    }

    /// <summary>
    /// Performs what the machine asked for, has what changed stored, gives the answers that may be given, and sets the next deadline.
    /// </summary>
    /// <param name="message">The message that was handled, if this is because of one.</param>
    /// <param name="reply">Answers it.</param>
    private void Settle(SessionMessage? message = null, Action? reply = null)
    {
        if (_over || _settling)
        {
            return;
        }

        // A store may be done with a write before the call returns, which calls this again.
        _settling = true;
        if (_ended is null)
        {
            _conductor.Advance();
        }

        if (_ended is null && !_suspended && MayStop)
        {
            _suspended = true;
            Live(new SessionInput.Suspend());
        }

        do
        {
            Perform();
            _saver.Save();
            ReadMonths();
        }
        while (_effects.Count > 0);
        _settling = false;
        if (_over)
        {
            // Another writer owns the session: what was done here counts for nothing.
            message?.Abandon(Gone);
            return;
        }

        if (message is not null)
        {
            _saver.Answer(message, reply);
        }

        Conclude();
    }

    private void Conclude()
    {
        _quiet = _conductor.Idle && !_questions.Answering;
        if (!_over && _saver.AllStored && (_ended is not null || _suspended))
        {
            if (_ended is not null)
            {
                _sinks.Deliver(new SessionEnded(_conductor.Turn, _ended.Reason));
            }

            Stop();
        }
        else
        {
            _saver.GiveAnswers();
            Schedule();
        }
    }

    private void Perform()
    {
        foreach (var effect in _effects)
        {
            switch (effect)
            {
                case SessionEffect.Save:
                    _journal.Touch();
                    break;
                case SessionEffect.Meter meter:
                    _journal.Meter(meter.Month, meter.Time);
                    break;
                case SessionEffect.ReadMonth read:
                    _months.Enqueue(read.Month);
                    break;
                case SessionEffect.Warn warn:
                    _sinks.Deliver(new QuotaWarning(_conductor.Turn, warn.Reason, warn.Left));

                    // Clients without a connection learn of it from the next answer, so it is published too.
                    _journal.Touch();
                    break;
            }
        }

        _effects.Clear();
    }

    /// <summary>Reads the tenant's months once what this session adds to them is stored.</summary>
    private void ReadMonths()
    {
        while (_saver.AllStored && _months.TryDequeue(out var month))
        {
            _ = ReadMonthAsync(month);
        }
    }

    /// <summary>Never faults.</summary>
    private async Task ReadMonthAsync(string month)
    {
        try
        {
            var tenant = _journal.Spec.Tenant;
            var used = await _runtime.Services.Store.ReadMeterAsync(tenant, month, CancellationToken.None);
            var limits = await _runtime.Services.Quotas.FindAsync(tenant, CancellationToken.None);
            if (!_over)
            {
                Live(new SessionInput.MonthRead(month, used, limits.MaxPerMonth));
                Settle();
            }
        }
        catch (Exception e)
        {
            // Stores fail in their own ways. The next metering tick asks again.
            _runtime.Services.Log.LogError(e, "Session {Session} could not read its tenant's month.", Id);
        }
    }

    private void OnWritten(bool good)
    {
        if (good)
        {
            Volatile.Write(ref _published, Publish());
            Settle();
        }
        else if (!_settling)
        {
            Conclude();
        }
    }

    private void OnLost(StorageConflictException error)
    {
        _runtime.Services.Log.LogWarning(error, "Session {Session} is owned elsewhere; this copy stops.", Id);
        Stop();
    }

    private void Schedule()
    {
        var due = _machine.NextDeadline ?? TimeSpan.MaxValue;
        due = _conductor.NextDeadline is { } turn && turn < due ? turn : due;
        due = _saver.RetryAt is { } retry && retry < due ? retry : due;
        if (due != TimeSpan.MaxValue)
        {
            _runtime.Deadlines.Schedule(_ticket, due - _runtime.Clock.Monotonic);
        }
    }

    private PublishedSession Publish() => new(SessionSnapshot.Of(_journal.Record, _journal.History), _machine.MeteredSince, _machine.Warned);

    /// <summary>
    /// The session is over here: it has ended, goes on elsewhere, or broke. Whoever is owed an answer gets it after the grain knows.
    /// </summary>
    private void Stop()
    {
        if (_over)
        {
            return;
        }

        _over = true;
        _quiet = true;
        _conductor.Close(TurnEnd.Closed);
        _runtime.Deadlines.Release(_ticket);
        var left = Mailbox.Close();
        _stopped();
        _saver.GiveAnswers();
        _saver.Abandon(Gone);
        foreach (var message in left)
        {
            message.Abandon(Gone);
        }

        _ = EndAsync();
    }

    private async Task EndAsync()
    {
        try
        {
            await Microphone.DisposeAsync();
        }
        finally
        {
            _completion.TrySetResult();
        }
    }
}

/// <summary>A session as it was last stored, with what is needed to know its time now.</summary>
/// <param name="Snapshot">The session.</param>
/// <param name="MeteredSince">Since when its time runs beyond the snapshot's; null while it does not.</param>
/// <param name="Warned">The quota its client was warned of, and when it ends the session.</param>
internal sealed record PublishedSession(SessionSnapshot Snapshot, TimeSpan? MeteredSince, (TerminationReason Reason, TimeSpan At)? Warned);
