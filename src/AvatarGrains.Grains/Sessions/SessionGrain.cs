using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// A thin shell round <see cref="SessionActor"/>: it makes the actor or goes on with the stored one, hands calls over, and puts its outputs on the session's stream.
/// The state is in the <see cref="ISessionStore"/>; its version is the ETag, so of two activations of one session only one can write, and the other stops.
/// </summary>
/// <remarks>Reentrant, because the actor has a queue of its own: a command that waits for the store must not hold up an interruption.</remarks>
[GrainType(SessionSilo.Namespace), OnRole(SiloRoles.Session), RandomPlacement, Reentrant]
internal sealed class SessionGrain : Grain, ISessionGrain, ISessionShell
{
    private const string Reminder = "alive";

    /// <summary>How long whoever ends a session waits for everybody to be told: a silo of theirs may be lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly SessionSilo _silo;
    private readonly SessionFeed _feed;
    private TaskScheduler _turns = TaskScheduler.Default;
    private SessionActor? _actor;
    private SessionSnapshot? _last;
    private Task _closing = Task.CompletedTask;
    private bool _moved;
    private string? _connection;
    private SiloAddress? _connectedBy;

    public SessionGrain(SessionSilo silo, IGrainContext context)
    {
        _silo = silo;
        _feed = new SessionFeed(silo.StreamOf(context.GrainId.Key.ToString()!), silo.IsDirect, silo.Log);
    }

    Task ISessionShell.Gone => GrainContext.Deactivated;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _turns = TaskScheduler.Current;
        if (_silo.Draining)
        {
            // Placed here by a silo that does not know yet that this one leaves: a session that went on here would be moved once more, in the middle of what it is asked.
            _moved = true;
            _closing = Task.Factory.StartNew(Leave, CancellationToken.None, TaskCreationOptions.None, _turns);
            return;
        }

        var services = _silo.Runtime.Services;
        if (await services.Store.ReadAsync(Key, cancellationToken) is not { } stored)
        {
            return;
        }

        if (stored.Record.Status == SessionStatus.Terminated)
        {
            _last = Snapshot(stored.Record, stored.History);
            return;
        }

        var limits = await services.Quotas.FindAsync(stored.Record.Spec.Tenant, cancellationToken);
        await KeepAsync(SessionActor.Restore(_silo.Runtime, limits, stored.Record, stored.History, Stopped));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_actor is { } actor)
        {
            // Turns had their time when the silo was drained; what is left is stored and stopped.
            await actor.DrainAsync(new CancellationToken(canceled: true));
        }

        await _closing;
        await _feed.CloseAsync(_moved);
    }

    public async Task<SnapshotWire> CreateAsync(SpecWire spec)
    {
        if (_actor is { } made)
        {
            // Ids are random: only the silo that was not told that this call succeeded knows this one.
            return SnapshotWire.From(made.Snapshot);
        }

        if (_moved)
        {
            throw Moving();
        }

        if (_last is not null)
        {
            throw new InvalidOperationException($"Session {Key} has ended.");
        }

        // First, so that a session whose silo dies now is looked after; without a session it forgets itself.
        await this.RegisterOrUpdateReminder(Reminder, _silo.Times.OrphanCheck, _silo.Times.OrphanCheck);
        var read = spec.Read();
        var limits = await _silo.Runtime.Services.Quotas.FindAsync(read.Tenant, CancellationToken.None);
        var actor = await SessionActor.CreateAsync(_silo.Runtime, limits, Key, read, Stopped, CancellationToken.None);
        await KeepAsync(actor);
        return SnapshotWire.From(actor.Snapshot);
    }

    public Task<SnapshotWire?> FindAsync()
    {
        var snapshot = _actor?.Snapshot ?? _last;
        if (snapshot is null && _moved)
        {
            throw Moving();
        }

        if (snapshot is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(snapshot is null ? null : SnapshotWire.From(snapshot));
    }

    public async Task<CommandReply> SendAsync(CommandWire command, SiloAddress edge)
    {
        if (_actor is not { } actor)
        {
            await ClosedAsync();
            var gone = Gone();
            return new CommandReply((int)gone.Reason, gone.Message, default);
        }

        // Whose connection it is decides who is missed when a silo dies, so it is known before the session is.
        if (command is ConnectedWire connected)
        {
            (_connection, _connectedBy) = (connected.Connection, edge);
        }

        var result = await actor.SendAsync(command.Read(), CancellationToken.None);
        if (actor.Completion.IsCompleted || _actor is null)
        {
            await ClosedAsync();
        }

        return new CommandReply((int?)result.Reject, result.Detail, _feed.Mark);
    }

    public Task<bool> PushAudioAsync(byte[] pcm)
    {
        _actor?.PushAudio(MemoryMarshal.Cast<byte, short>(pcm));
        return Task.FromResult(_actor is not null);
    }

    public Task<AttachReply> AttachAsync(SiloAddress edge, FeedMark seen) => Task.FromResult(
        _actor is null
            ? new AttachReply(RefusalWire.From(Gone()), default, 0, 0, null)
            : _feed.Join(_silo.Silos.Local, seen));

    public async IAsyncEnumerable<TextItem> AskTextAsync(
        string question, bool clearHistory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_actor is not { } actor)
        {
            yield return new TextItem(null, RefusalWire.From(Gone()));
            yield break;
        }

        var sentences = actor.AskTextAsync(new TextQuestion(question, clearHistory), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (sentences)
        {
            while (true)
            {
                var (more, refusal) = await NextAsync(sentences);
                if (refusal is not null)
                {
                    yield return new TextItem(null, refusal);
                }

                if (!more)
                {
                    yield break;
                }

                yield return new TextItem(sentences.Current, null);
            }
        }
    }

    public async IAsyncEnumerable<SpeechItem> SynthesizeAsync(SpeechRequestWire request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_actor is not { } actor)
        {
            yield return new SpeechItem(null, RefusalWire.From(Gone()));
            yield break;
        }

        var speech = actor.SynthesizeAsync(request.Read(), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (speech)
        {
            while (true)
            {
                var (more, refusal) = await NextAsync(speech);
                if (refusal is not null)
                {
                    yield return new SpeechItem(null, refusal);
                }

                if (!more)
                {
                    yield break;
                }

                yield return new SpeechItem(SpeechWire.From(speech.Current), null);
            }
        }
    }

    public async Task<TranscriptReply> TranscribeAsync(byte[] pcm, int sampleRate, string? language, CancellationToken cancellationToken)
    {
        try
        {
            var actor = _actor ?? throw Gone();
            var audio = new PcmBlock(MemoryMarshal.Cast<byte, short>(pcm).ToArray(), sampleRate);
            var heard = await actor.TranscribeAsync(audio, language, cancellationToken);
            return new TranscriptReply(heard.Text, heard.Confidence, heard.Understood, null);
        }
        catch (SessionRejectedException e)
        {
            return new TranscriptReply("", 0, false, RefusalWire.From(e));
        }
    }

    /// <summary>Being called is the point: the session is active again, and its own deadlines end it when nobody comes.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_actor is null && !_moved)
        {
            await ForgetReminderAsync();
        }
    }

    /// <summary>The edge that held the connection cannot say any more that it is lost.</summary>
    void ISessionShell.OnSiloLost(SiloAddress silo)
    {
        if (_actor is { } actor && _connection is { } connection && silo.Equals(_connectedBy))
        {
            _ = actor.SendAsync(new TransportLost(connection, Graceful: false), CancellationToken.None).AsTask();
        }
    }

    private static SessionSnapshot Snapshot(SessionRecord r, IReadOnlyList<HistoryLine> history) => new(
        r.Id, r.Spec, r.Status, r.Reason, r.CreatedAt, r.Metered, r.Turn, history, r.ConnectedAt, r.EndedAt, r.ClientSdp, r.ServerSdp);

    private static async ValueTask<(bool More, RefusalWire? Refusal)> NextAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            return (await items.MoveNextAsync(), null);
        }
        catch (SessionRejectedException e)
        {
            return (false, RefusalWire.From(e));
        }
    }

    private async Task KeepAsync(SessionActor actor)
    {
        try
        {
            // Before the first command, so that nothing it says is missing from its feed.
            await actor.SubscribeAsync(_feed, CancellationToken.None);
        }
        catch (SessionRejectedException e)
        {
            _silo.Log.LogInformation("Session {Session}: {Why}", Key, e.Message);
        }

        _actor = actor;
        _silo.Add(actor, this);
        if (_silo.Draining)
        {
            _ = actor.DrainAsync(new CancellationToken(canceled: true));
        }

        // It may have ended before it was kept.
        if (actor.Completion.IsCompleted)
        {
            Stopped(actor);
        }
    }

    /// <summary>The session is over, or stored to go on elsewhere; called by its loop, perhaps twice.</summary>
    private void Stopped(SessionActor actor)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_actor, actor))
            {
                return;
            }

            var snapshot = actor.Snapshot;
            _moved = snapshot.Status != SessionStatus.Terminated;
            _last = _moved ? null : snapshot;
            _actor = null;
            _silo.Remove(actor);
            _closing = Task.Factory.StartNew(() => CloseAsync(snapshot), CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();
        }
    }

    /// <summary>Whoever hears that it has ended may count on its place being free, unless that takes long.</summary>
    private async Task ClosedAsync() => await _closing.WaitAsync(Patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task CloseAsync(SessionSnapshot snapshot)
    {
        if (!_moved)
        {
            await ReleaseAsync(snapshot.Spec.Tenant);
        }

        await _feed.Sent;
        Leave();
    }

    /// <summary>Ends this activation. A session of a silo that drains goes to another one, which is named: by the membership this one is as good as any until its drain is over.</summary>
    private void Leave()
    {
        var others = _moved && _silo.Draining ? _silo.Silos.Active(SiloRoles.Session).Remove(_silo.Silos.Local) : [];
        if (others.IsEmpty)
        {
            DeactivateOnIdle();
            return;
        }

        RequestContext.Set(IPlacementDirector.PlacementHintKey, others[RandomNumberGenerator.GetInt32(others.Length)]);
        this.MigrateOnIdle();
    }

    private async Task ReleaseAsync(string tenant)
    {
        try
        {
            await GrainFactory.GetGrain<ITenantGrain>(TenantKey.Of(tenant)).ReleaseAsync(Key);
            await ForgetReminderAsync();
        }
        catch (Exception e)
        {
            // Silos and stores fail in their own ways. A tenant that was not told counts from the store when it next starts; a reminder removes itself at its next tick.
            _silo.Log.LogWarning(e, "Session {Session} ended; not everybody could be told.", Key);
        }
    }

    private async Task ForgetReminderAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private static OrleansException Moving() => new("The session is being moved.");

    private SessionRejectedException Gone()
    {
        if (_last is not null)
        {
            return new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.");
        }

        DeactivateOnIdle();
        return _moved
            ? new SessionRejectedException(RejectReason.Draining, "The session is being moved or the server is stopping.")
            : new SessionRejectedException(RejectReason.UnknownSession, "There is no such session.");
    }
}
