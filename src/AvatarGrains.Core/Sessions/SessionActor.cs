using AvatarGrains.Core.Storage;

namespace AvatarGrains.Core.Sessions;

/// <summary>Where a session runs.</summary>
/// <param name="Runtime">What the sessions of the process share.</param>
/// <param name="Turns">Runs the session's code, one thing at a time: its grain's scheduler.</param>
/// <param name="Stopped">
/// Called on that scheduler when the session is over and stored, before the command that ended it is answered.
/// </param>
public sealed record SessionStart(SessionRuntime Runtime, TaskScheduler Turns, Action<SessionActor> Stopped);

/// <summary>
/// One session, as its grain and the edges of the same process use it. Its code runs on the scheduler it is given, one thing at a time, and
/// never waits there: a command takes effect at once and is answered when its effect is stored. Thread-safe.
/// </summary>
public sealed class SessionActor
{
    private readonly SessionRuntime _runtime;
    private readonly SessionCore _core;

    private SessionActor(SessionStart start, SessionMachine machine, SessionRecord record, IReadOnlyList<HistoryLine> history, int? restoredTurn)
    {
        _runtime = start.Runtime;
        _core = new SessionCore(
            start.Runtime, start.Turns,
            () => start.Stopped(this), new SessionJournal(start.Runtime.Services.Store, machine, record, history), restoredTurn);
        Requests = new SessionRequests(_runtime, _core.Mailbox, () => _core.Gone);
    }

    public string Id => _core.Id;

    /// <summary>The session as it was last stored.</summary>
    public SessionSnapshot Snapshot
    {
        get
        {
            var published = _core.Published;
            return published.MeteredSince is { } since && _runtime.Clock.Monotonic is var now && now >= since
                ? published.Snapshot with
                {
                    Phase = _core.Phase,
                    Duration = published.Snapshot.Duration + (now - since),
                    Warning = published.Warned is { } warned ? new QuotaLeft(warned.Reason, warned.At > now ? warned.At - now : TimeSpan.Zero) : null,
                }
                : published.Snapshot with { Phase = _core.Phase };
        }
    }

    /// <summary>Ends when the session has ended or was drained, and all of it is stored. Never faults.</summary>
    public Task Completion => _core.Completion;

    /// <summary>Whether nothing was being said or answered when it last did anything.</summary>
    public bool IsQuiet => _core.IsQuiet;

    /// <summary>Uses of its engines that are answered to the caller: text answers, synthesis and recognition.</summary>
    public SessionRequests Requests { get; }

    /// <summary>Makes and stores a new session.</summary>
    /// <param name="start">Where it runs.</param>
    /// <param name="limits">The tenant's limits.</param>
    /// <param name="id">Its id.</param>
    /// <param name="spec">What it is made from.</param>
    /// <param name="cancellationToken">Cancels the call before the session is stored.</param>
    public static async ValueTask<SessionActor> CreateAsync(
        SessionStart start, TenantLimits limits, string id, SessionSpec spec, CancellationToken cancellationToken)
    {
        var runtime = start.Runtime;
        var machine = SessionMachine.Create(PolicyOf(runtime, spec), limits, runtime.Clock.Now);
        var actor = new SessionActor(start, machine, NewRecord(id, spec, machine), [], null);
        await actor._core.StoreAsync(cancellationToken);
        actor._core.Begin();
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
        await journal.WriteAsync(cancellationToken);
    }

    /// <summary>Goes on with a stored session that has not ended.</summary>
    public static SessionActor Restore(SessionStart start, TenantLimits limits, SessionRecord record, IReadOnlyList<HistoryLine> history)
    {
        var life = new StoredLife(
            record.Status, record.Reason, record.CreatedAt, record.ConnectedAt, record.EndedAt, record.Metered, record.RequestsOnly);
        var machine = SessionMachine.Restore(PolicyOf(start.Runtime, record.Spec), limits, life, start.Runtime.Clock.Now);
        var actor = new SessionActor(start, machine, record with { Turn = record.Turn + SessionCore.TurnsBetweenLives }, history, record.Turn);
        actor._core.Claim();
        actor._core.Begin();
        return actor;
    }

    /// <summary>Hands a command over; it takes effect after those handed over before, and the answer comes when its effect is stored.</summary>
    public async ValueTask<CommandResult> SendAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        if (command is Reconfigure { Document: { Length: > 0 } document }
            && await _runtime.Services.Knowledge.FindAsync(document, cancellationToken) is null)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no document '{document}'.");
        }

        var message = new CommandMessage(command);

        // What ends a session or its transport is never refused for want of room.
        var verdict = command is EndSession or TransportLost
            ? _core.Mailbox.Post(message) ? MailboxVerdict.Taken : MailboxVerdict.Closed
            : _core.Mailbox.Offer(message);
        return verdict switch
        {
            MailboxVerdict.Taken => await message.Answer.WaitAsync(cancellationToken),
            MailboxVerdict.Full => CommandResult.Refused(RejectReason.Busy, "The session is busy."),
            _ => CommandResult.Refused(_core.Gone.Reason, _core.Gone.Message),
        };
    }

    /// <summary>Hands over microphone audio, 16 kHz mono; copies it. Dropped when the session does not listen or is behind.</summary>
    public void PushAudio(ReadOnlySpan<short> samples) => _core.Microphone.Push(samples);

    /// <summary>Subscribes a sink, which first gets the current phase. Dispose to unsubscribe.</summary>
    /// <exception cref="SessionRejectedException">The session has ended.</exception>
    public async ValueTask<IAsyncDisposable> SubscribeAsync(ISessionSink sink, CancellationToken cancellationToken)
    {
        await Requests.AskAsync(new SubscribeMessage(sink), cancellationToken);
        return new Subscription(this, sink);
    }

    /// <summary>
    /// Saves everything and stops without ending the session, so that it can be restored. Lets the turn finish until the token fires.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _core.Mailbox.Post(new DrainMessage(now: false));
        await using (cancellationToken.Register(() => _core.Mailbox.Post(new DrainMessage(now: true))))
        {
            await Completion;
        }
    }

    private static SessionPolicy PolicyOf(SessionRuntime runtime, SessionSpec spec) => spec.IdleTime is { } idle
        ? runtime.Services.Policy with { ConnectTimeout = idle, IdleTimeout = idle }
        : runtime.Services.Policy;

    private static SessionRecord NewRecord(string id, SessionSpec spec, SessionMachine machine) =>
        new(id, 0, spec, machine.Status, null, machine.CreatedAt, null, TimeSpan.Zero, 0, null, null, null);

    private sealed class Subscription(SessionActor actor, ISessionSink sink) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            var message = new UnsubscribeMessage(sink);
            if (actor._core.Mailbox.Post(message))
            {
                await message.Answer;
            }
        }
    }
}
