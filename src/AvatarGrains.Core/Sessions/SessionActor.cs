using AvatarGrains.Core.Turns;
using System.Runtime.CompilerServices;
using System.Text;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// One session: a bounded mailbox and one loop that owns its life, its conversation and its subscribers. A command is answered when its effect is
/// stored. Thread-safe. Runs the same in a process of its own and inside a grain; the shell round it only finds it by id.
/// </summary>
public sealed class SessionActor : IDeadlineOwner
{
    /// <summary>How far a restored session's turn is above the stored one: a turn is announced before it is stored, so one more may have been seen.</summary>
    internal const int TurnsBetweenLives = 2;

    private const int MailboxCapacity = 128;
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly SessionRuntime _runtime;
    private readonly Action<SessionActor> _stopped;
    private readonly SessionMachine _machine;
    private readonly SessionJournal _journal;
    private readonly Mailbox _mailbox = new(MailboxCapacity);
    private readonly SinkSet _sinks;
    private readonly TurnConductor _conductor;
    private readonly SessionMicrophone _ear;
    private readonly SessionMind _mind;
    private readonly List<SessionEffect> _effects = [];
    private readonly WakeMessage _wake = new();
    private readonly DeadlineScheduler.Ticket _ticket;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Published _published;
    private TimeSpan? _retryAt;
    private SessionEffect.Ended? _ended;
    private bool _draining;
    private bool _drainNow;
    private bool _over;
    private volatile bool _quiet = true;

    private SessionActor(
        SessionRuntime runtime, SessionMachine machine, SessionRecord record, IReadOnlyList<HistoryLine> history, Action<SessionActor> stopped)
    {
        _runtime = runtime;
        _stopped = stopped;
        _machine = machine;
        _journal = new SessionJournal(runtime.Services.Store, machine, record, history);
        _sinks = new SinkSet(runtime.Services.Log, record.Id);
        _conductor = new TurnConductor(runtime.Services, runtime.Clock, _mailbox, _sinks, _journal);
        _ear = new SessionMicrophone(runtime.Services, _mailbox);
        _mind = new SessionMind(runtime, _journal, _conductor, _ear, _sinks, Live);
        _ticket = runtime.Deadlines.Register(this);
        _published = Publish();
    }

    public string Id => _journal.Record.Id;

    /// <summary>The session as it was last stored.</summary>
    public SessionSnapshot Snapshot
    {
        get
        {
            var published = Volatile.Read(ref _published);
            return published.MeteredSince is { } since && _runtime.Clock.Monotonic is var now && now >= since
                ? published.Snapshot with
                {
                    Duration = published.Snapshot.Duration + (now - since),
                    Warning = published.Warned is { } warned ? new QuotaLeft(warned.Reason, warned.At > now ? warned.At - now : TimeSpan.Zero) : null,
                }
                : published.Snapshot;
        }
    }

    /// <summary>Ends when the session has ended or was drained, and all of it is stored. Never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether nothing was being said or answered when its loop last looked.</summary>
    public bool IsQuiet => _quiet;

    /// <summary>Makes and stores a new session and starts its loop.</summary>
    /// <param name="runtime">What sessions share.</param>
    /// <param name="limits">The tenant's limits.</param>
    /// <param name="id">Its id.</param>
    /// <param name="spec">What it is made from.</param>
    /// <param name="stopped">Called by the loop when the session is over and stored, before the command that ended it is answered; perhaps twice.</param>
    /// <param name="cancellationToken">Gives up before it is stored.</param>
    public static async ValueTask<SessionActor> CreateAsync(
        SessionRuntime runtime, TenantLimits limits, string id, SessionSpec spec, Action<SessionActor> stopped, CancellationToken cancellationToken)
    {
        var machine = SessionMachine.Create(runtime.Services.Policy, limits, runtime.Clock.Now);
        var actor = new SessionActor(runtime, machine, NewRecord(id, spec, machine), [], stopped);
        actor._journal.Touch();
        await actor._journal.FlushAsync(cancellationToken);
        actor._published = actor.Publish();
        actor.Start();
        return actor;
    }

    /// <summary>Stores a session that ends the moment it is made, because of a quota.</summary>
    public static async ValueTask RefuseAsync(
        SessionRuntime runtime, string id, SessionSpec spec, TerminationReason reason, CancellationToken cancellationToken)
    {
        var machine = SessionMachine.Create(runtime.Services.Policy, TenantLimits.Local, runtime.Clock.Now);
        machine.Handle(new SessionInput.End(reason, ""), runtime.Clock.Now, []);
        var journal = new SessionJournal(runtime.Services.Store, machine, NewRecord(id, spec, machine), []);
        journal.Touch();
        await journal.FlushAsync(cancellationToken);
    }

    /// <summary>Goes on with a stored session that has not ended.</summary>
    public static SessionActor Restore(
        SessionRuntime runtime, TenantLimits limits, SessionRecord record, IReadOnlyList<HistoryLine> history, Action<SessionActor> stopped)
    {
        var life = new StoredLife(record.Status, record.Reason, record.CreatedAt, record.ConnectedAt, record.EndedAt, record.Metered, record.RequestsOnly);
        var machine = SessionMachine.Restore(runtime.Services.Policy, limits, life, runtime.Clock.Now);

        var actor = new SessionActor(runtime, machine, record with { Turn = record.Turn + TurnsBetweenLives }, history, stopped);
        actor._journal.Touch();
        actor.Start();
        return actor;
    }

    /// <summary>Hands a command over; the answer comes when its effect is stored.</summary>
    public async ValueTask<CommandResult> SendAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        var message = new CommandMessage(command);

        // What ends a session or its transport is never refused for want of room.
        var verdict = command is EndSession or TransportLost
            ? _mailbox.Post(message) ? MailboxVerdict.Taken : MailboxVerdict.Closed
            : _mailbox.Offer(message);
        return verdict switch
        {
            MailboxVerdict.Taken => await message.Answer.WaitAsync(cancellationToken),
            MailboxVerdict.Full => CommandResult.Refused(RejectReason.Busy, "The session is busy."),
            _ => CommandResult.Refused(GoneReason, GoneDetail),
        };
    }

    /// <summary>Hands over microphone audio, 16 kHz mono; copies it. Dropped when the session does not listen or is behind.</summary>
    public void PushAudio(ReadOnlySpan<short> samples) => _ear.Push(samples);

    /// <summary>Subscribes a sink, which first gets the current phase. Dispose to unsubscribe.</summary>
    /// <exception cref="SessionRejectedException">The session has ended.</exception>
    public async ValueTask<IAsyncDisposable> SubscribeAsync(ISessionSink sink, CancellationToken cancellationToken)
    {
        await RequestAsync(new SubscribeMessage(sink), cancellationToken);
        return new Subscription(this, sink);
    }

    /// <summary>Answers by text, sentence by sentence. What was handed out is in the history when the enumeration ends.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the model failed.</exception>
    public async IAsyncEnumerable<string> AskTextAsync(TextQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var turn = await RequestAsync(new BeginTextMessage(question), cancellationToken);
        var said = new StringBuilder();
        var whole = false;
        try
        {
            await using var sentences = new TextAnswer(_runtime.Services, turn, cancellationToken);
            while (await NextAsync(sentences, cancellationToken) is { } sentence)
            {
                said.Append(said.Length > 0 ? " " : "").Append(sentence);
                yield return sentence;
            }

            whole = true;
        }
        finally
        {
            var end = new EndTextMessage(turn, said.ToString(), !whole);
            if (_mailbox.Post(end))
            {
                await ((Task)end.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Speaks with the session's voice into audio, outside the conversation.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the voice failed.</exception>
    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var spec = await RequestAsync(new UseMessage(Capabilities.Tts), cancellationToken);
        var name = request.Voice ?? spec.Voice;
        var (engine, voice) = _runtime.Services.Engines.FindVoice(name)
            ?? throw new SessionRejectedException(RejectReason.UnknownReference, $"There is no voice named '{name}'.");
        var speech = engine.SynthesizeAsync(request with { Voice = voice.Name, Language = request.Language ?? spec.Language }, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (speech)
        {
            while (await GuardAsync(speech.MoveNextAsync(), cancellationToken))
            {
                yield return speech.Current;
            }
        }
    }

    /// <summary>Recognises audio outside the conversation.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the recognizer failed.</exception>
    public async ValueTask<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken)
    {
        var spec = await RequestAsync(new UseMessage(Capabilities.Stt), cancellationToken);
        var services = _runtime.Services;
        var recognizer = services.Engines.FindRecognizer(spec.Recognizer)
            ?? throw new SessionRejectedException(RejectReason.UnknownReference, $"There is no recognizer named '{spec.Recognizer}'.");
        var knowledge = spec.Document is { Length: > 0 } document ? await services.Knowledge.FindAsync(document, cancellationToken) : null;
        var context = new RecognitionContext(language ?? spec.Language, (knowledge ?? services.Knowledge.BuiltIn).ForRecognition);
        return await GuardAsync(WholeAudio.TranscribeAsync(recognizer, audio, context, services.Codecs, cancellationToken), cancellationToken);
    }

    /// <summary>Saves everything and stops without ending the session, so that it can be restored. Lets the turn finish until the token fires.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _mailbox.Post(new DrainMessage(now: false));
        await using (cancellationToken.Register(() => _mailbox.Post(new DrainMessage(now: true))))
        {
            await Completion;
        }
    }

    void IDeadlineOwner.Wake() => _mailbox.Post(_wake);

    private static SessionRecord NewRecord(string id, SessionSpec spec, SessionMachine machine) =>
        new(id, 0, spec, machine.Status, null, machine.CreatedAt, null, TimeSpan.Zero, 0, null, null, null);

    private bool Drained => _draining && _conductor.Idle && (_drainNow || !_mind.Answering);

    private RejectReason GoneReason => _machine.Status == SessionStatus.Terminated ? RejectReason.SessionTerminated : RejectReason.Draining;

    private string GoneDetail => _machine.Status == SessionStatus.Terminated ? "The session has ended." : "The session is being moved or the server is stopping.";

    private async ValueTask<string?> NextAsync(TextAnswer sentences, CancellationToken cancellationToken) =>
        await GuardAsync(sentences.NextAsync(), cancellationToken);

    /// <summary>Turns an engine's failure into a refusal; a bug ends the session.</summary>
    private async ValueTask<T> GuardAsync<T>(ValueTask<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work;
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            if (EngineFaults.Read(e, cancelled: false) is { } fault)
            {
                throw new SessionRejectedException(RejectReason.EngineFailed, fault.Message);
            }

            _mailbox.Post(new BrokenMessage(e));
            throw;
        }
    }

    private async ValueTask<T> RequestAsync<T>(Request<T> request, CancellationToken cancellationToken) => _mailbox.Offer(request) switch
    {
        MailboxVerdict.Taken => await request.Answer.WaitAsync(cancellationToken),
        MailboxVerdict.Full => throw new SessionRejectedException(RejectReason.Busy, "The session is busy."),
        _ => throw new SessionRejectedException(GoneReason, GoneDetail),
    };

    private void Start()
    {
        // The loop must not keep the context of the request that made the session.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await SettleAsync();
            while (!_over && await _mailbox.Reader.WaitToReadAsync())
            {
                while (!_over && _mailbox.Reader.TryRead(out var message))
                {
                    await StepAsync(message);
                }
            }
        }
        catch (StorageConflictException e)
        {
            _runtime.Services.Log.LogWarning(e, "Session {Session} is owned elsewhere; this copy stops.", Id);
        }
        catch (Exception e)
        {
            // The last resort: even ending the session broke. Its stored state stays as it was.
            _runtime.Services.Log.LogCritical(e, "Session {Session} broke while it was being ended.", Id);
        }
        finally
        {
            await StopAsync();
        }
    }

    private async ValueTask StopAsync()
    {
        _conductor.Close();
        _runtime.Deadlines.Release(_ticket);
        _mailbox.Close();
        var why = new SessionRejectedException(GoneReason, GoneDetail);
        while (_mailbox.Reader.TryRead(out var message))
        {
            message.Abandon(why);
        }

        _stopped(this);
        await _ear.DisposeAsync();
        _completion.TrySetResult();
    }

    private async ValueTask StepAsync(SessionMessage message)
    {
        _mailbox.Release(message);
        try
        {
            await AnswerAsync(message);
        }
        catch (Exception)
        {
            // The loop ends with it; whoever waits for this answer must not wait forever.
            message.Abandon(new SessionRejectedException(GoneReason, GoneDetail));
            throw;
        }
    }

    /// <summary>Handles a message. A refusal too is told only once what came of it is stored and to be seen: who hears that the session has ended finds it ended.</summary>
    private async ValueTask AnswerAsync(SessionMessage message)
    {
        Action? reply = null;
        try
        {
            reply = await HandleAsync(message);
        }
        catch (SessionRejectedException e)
        {
            reply = () => message.Abandon(e);
        }
        catch (Exception e) when (e is not StorageConflictException)
        {
            Break(e);
            reply = () => message.Abandon(new SessionRejectedException(RejectReason.SessionTerminated, "The session ended because of an error."));
        }

        if (await SettleAsync())
        {
            reply?.Invoke();
        }
        else
        {
            message.Abandon(new SessionRejectedException(RejectReason.EngineFailed, "The session could not be stored."));
        }
    }

    private async ValueTask<Action?> HandleAsync(SessionMessage message)
    {
        Live(SessionInput.Tick.Instance);
        if (_machine.Status == SessionStatus.Terminated)
        {
            return () => message.Abandon(new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended."));
        }

        switch (message)
        {
            case CommandMessage command:
                var result = await _mind.ExecuteAsync(command.Command, CancellationToken.None);
                return () => command.Reply(result);
            case PartMessage part:
                _conductor.OnPart(part);
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
                _ear.Feed(_conductor.Phase == ConversationPhase.Speaking);
                return null;
            case HeardMessage heard:
                _mind.OnHeard(heard.Heard);
                return null;
            case WakeMessage:
                return null;
            default:
                return HandleRequest(message);
        }
    }

    private Action? HandleRequest(SessionMessage message)
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
                var turn = _mind.BeginText(begin.Question);
                return () => begin.Reply(turn);
            case EndTextMessage end:
                _mind.EndText(end);
                return () => end.Reply(true);
            case UseMessage use:
                var spec = _mind.Use(use.Needed);
                return () => use.Reply(spec);
            case BrokenMessage broken:
                Break(broken.Error);
                return null;
            case DrainMessage drain:
                _draining = true;
                _drainNow |= drain.Now;
                if (drain.Now)
                {
                    _conductor.Close();
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
            _conductor.Close();
        }

        return _ended is null;
    }

    /// <summary>Performs what the machine asked for, stores what changed, publishes it, and sets the next deadline.</summary>
    /// <returns>False when the store failed; it is tried again soon.</returns>
    private async ValueTask<bool> SettleAsync()
    {
        if (_ended is null)
        {
            _conductor.Advance();
            if (Drained)
            {
                Live(new SessionInput.Suspend());
            }
        }

        List<string>? months;
        do
        {
            months = Perform();
            if (!await StoreAsync())
            {
                return false;
            }
        }
        while (months is not null && await ReadMonthsAsync(months));

        if (_ended is not null)
        {
            _sinks.Deliver(new SessionEnded(_conductor.Turn, _ended.Reason));
            _over = true;
        }
        else if (Drained)
        {
            _over = true;
        }
        else
        {
            Schedule();
        }

        _quiet = _conductor.Idle && !_mind.Answering;
        if (_over)
        {
            _stopped(this);
        }

        return true;
    }

    private List<string>? Perform()
    {
        List<string>? months = null;
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
                    (months ??= []).Add(read.Month);
                    break;
                case SessionEffect.Warn warn:
                    _sinks.Deliver(new QuotaWarning(_conductor.Turn, warn.Reason, warn.Left));
                    // Clients without a connection learn of it from the next answer, so it is published too.
                    _journal.Touch();
                    break;
            }
        }

        _effects.Clear();
        return months;
    }

    private async ValueTask<bool> StoreAsync()
    {
        if (!_journal.Dirty)
        {
            return true;
        }

        try
        {
            await _journal.FlushAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is not StorageConflictException)
        {
            // Stores fail in their own ways. Nothing is lost: what was to be written stays and is tried again.
            _runtime.Services.Log.LogError(e, "Session {Session} could not be stored; trying again.", Id);
            _retryAt = _runtime.Clock.Monotonic + StoreRetry;
            Schedule();
            return false;
        }

        _retryAt = null;
        Volatile.Write(ref _published, Publish());
        return true;
    }

    private async ValueTask<bool> ReadMonthsAsync(List<string> months)
    {
        try
        {
            var tenant = _journal.Spec.Tenant;
            foreach (var month in months)
            {
                var used = await _runtime.Services.Store.ReadMeterAsync(tenant, month, CancellationToken.None);
                var limits = await _runtime.Services.Quotas.FindAsync(tenant, CancellationToken.None);
                Live(new SessionInput.MonthRead(month, used, limits.MaxPerMonth));
            }
        }
        catch (Exception e) when (e is not StorageConflictException)
        {
            // The next metering tick asks again.
            _runtime.Services.Log.LogError(e, "Session {Session} could not read its tenant's month.", Id);
        }

        return _effects.Count > 0;
    }

    private void Schedule()
    {
        var due = _machine.NextDeadline ?? TimeSpan.MaxValue;
        due = _conductor.NextDeadline is { } turn && turn < due ? turn : due;
        due = _retryAt is { } retry && retry < due ? retry : due;
        if (due != TimeSpan.MaxValue)
        {
            _runtime.Deadlines.Schedule(_ticket, due - _runtime.Clock.Monotonic);
        }
    }

    private Published Publish()
    {
        var r = _journal.Record;
        return new Published(
            new SessionSnapshot(
                r.Id, r.Spec, r.Status, r.Reason, r.CreatedAt, r.Metered, r.Turn, _journal.History, r.ConnectedAt, r.EndedAt, r.ClientSdp, r.ServerSdp),
            _machine.MeteredSince,
            _machine.Warned);
    }

    private sealed record Published(SessionSnapshot Snapshot, TimeSpan? MeteredSince, (TerminationReason Reason, TimeSpan At)? Warned);

    private sealed class Subscription(SessionActor actor, ISessionSink sink) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            var message = new UnsubscribeMessage(sink);
            if (actor._mailbox.Post(message))
            {
                await message.Answer;
            }
        }
    }
}
