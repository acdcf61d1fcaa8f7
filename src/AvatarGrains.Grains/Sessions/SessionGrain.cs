using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// Owns one session: makes its actor or goes on with what is stored, runs it on this grain's scheduler, and puts its outputs on the
/// session's stream. The state is in the <see cref="ISessionStore"/>; its version is the ETag, so of two activations of one session only
/// one can write, and the other stops.
/// </summary>
/// <remarks>
/// Reentrant: the actor handles calls in their order and answers them when they are stored, so an interruption does not wait for the write
/// before it.
/// </remarks>
[GrainType(SessionSilo.Namespace), OnRole(SiloRoles.Session), PreferLocalPlacement, Reentrant]
internal sealed class SessionGrain(SessionSilo silo, IGrainContext context) : Grain, ISessionGrain
{
    private const string Reminder = "alive";

    private readonly SessionFeed _feed = new(silo.StreamOf(context.GrainId.Key.ToString()!), silo.IsDirect, silo.Log);
    private RunningSession? _running;
    private RunningSession? _stopped;
    private SessionSnapshot? _last;
    private Task _loading = Task.CompletedTask;
    private Task _closing = Task.CompletedTask;
    private bool _loaded;
    private bool _moved;

    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (silo.Draining)
        {
            // Placed here by a silo that does not know yet that this one leaves: a session that went on here would be moved once more, in
            // the middle of what it is asked.
            (_moved, _loaded) = (true, true);
            _closing = LeaveAsync();
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_running is { } running)
        {
            // Turns had their time when the silo was drained; what is left is stored and stopped.
            await running.Actor.DrainAsync(new CancellationToken(canceled: true));
        }

        await _closing;
        await _feed.CloseAsync(_moved);
    }

    public async Task<SessionSnapshot> CreateAsync(SessionSpec spec)
    {
        if (_running is { } made)
        {
            // Ids are random: only the silo that was not told that this call succeeded knows this one.
            return made.Actor.Snapshot;
        }

        if (_moved)
        {
            throw Moving();
        }

        // First, so that a session whose silo is lost now is looked after; without a session it forgets itself.
        await silo.Orphans.WatchAsync(this, Reminder);
        var limits = await silo.Runtime.Services.Quotas.FindAsync(spec.Tenant, CancellationToken.None);
        var actor = await SessionActor.CreateAsync(Start(), limits, Key, spec, CancellationToken.None);
        _loaded = true;
        await KeepAsync(actor);
        return actor.Snapshot;
    }

    public async Task<SessionSnapshot?> FindAsync()
    {
        await LoadAsync();
        var snapshot = _running?.Actor.Snapshot ?? _last;
        if (snapshot is null && _moved)
        {
            throw Moving();
        }

        if (snapshot is null)
        {
            DeactivateOnIdle();
        }

        return snapshot;
    }

    public async Task<CommandReply> SendAsync(SessionCommand command, SiloAddress edge)
    {
        await LoadAsync();
        if (_running is { } running)
        {
            return await running.SendAsync(command, edge);
        }

        await (_stopped?.FarewellAsync() ?? ValueTask.CompletedTask);
        var gone = Gone();
        return new CommandReply(CommandResult.Refused(gone.Reason, gone.Message), default);
    }

    public async Task PushAudioAsync(byte[] pcm)
    {
        await LoadAsync();
        _running?.Actor.PushAudio(MemoryMarshal.Cast<byte, short>(pcm));
    }

    public async Task<AttachReply> AttachAsync(FeedMark seen)
    {
        await LoadAsync();
        return _running is null ? throw Gone() : _feed.Join(silo.Silos.Local, seen);
    }

    public async IAsyncEnumerable<string> AskTextAsync(TextQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await LoadAsync();
        await foreach (var sentence in Requests().AskTextAsync(question, cancellationToken))
        {
            yield return sentence;
        }
    }

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await LoadAsync();
        await foreach (var piece in Requests().SynthesizeAsync(request, cancellationToken))
        {
            yield return piece;
        }
    }

    public async Task<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken)
    {
        await LoadAsync();
        return await Requests().TranscribeAsync(audio, language, cancellationToken);
    }

    /// <summary>A session that nobody calls is made active again by this, and its own deadlines end it when nobody comes.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await LoadAsync();
        if (_running is null && !_moved)
        {
            await silo.Orphans.ForgetAsync(this, Reminder);
        }
    }

    private IClientIdGrain ClientId(SessionSpec spec, string own) =>
        GrainFactory.GetGrain<IClientIdGrain>(ClientIdKey.Of(spec.Tenant, spec.Dialect, own));

    private SessionStart Start() => new(silo.Runtime, TaskScheduler.Current, Stopped);

    private SessionRequests Requests() => _running is { } running ? running.Actor.Requests : throw Gone();

    /// <summary>Reads the session from the store, once. A session that is made is not there yet and is not looked for.</summary>
    private async ValueTask LoadAsync()
    {
        if (_loaded)
        {
            return;
        }

        if (_loading.IsCompleted)
        {
            _loading = ReadAsync();
        }

        await _loading;
    }

    private async Task ReadAsync()
    {
        var services = silo.Runtime.Services;
        if (await services.Store.ReadAsync(Key, CancellationToken.None) is not { } stored)
        {
            _loaded = true;
            return;
        }

        if (stored.Record.Status == SessionStatus.Terminated)
        {
            (_last, _loaded) = (SessionSnapshot.Of(stored.Record, stored.History), true);
            return;
        }

        var limits = await services.Quotas.FindAsync(stored.Record.Spec.Tenant, CancellationToken.None);
        await KeepAsync(SessionActor.Restore(Start(), limits, stored.Record, stored.History));
        _loaded = true;
        if (stored.Record.Spec.ClientId is { } own)
        {
            // A silo on its own keeps no ids beside the sessions.
            await ClientId(stored.Record.Spec, own).ClaimAsync(Key);
        }
    }

    private async Task KeepAsync(SessionActor actor)
    {
        var running = new RunningSession(actor, _feed, silo.Silos.Local, GrainContext.Deactivated);
        _running = running;
        try
        {
            // Before the first command, so that nothing it says is missing from its feed.
            await actor.SubscribeAsync(_feed, CancellationToken.None);
        }
        catch (SessionRejectedException e)
        {
            silo.Log.LogInformation("Session {Session}: {Why}", Key, e.Message);
        }

        if (running.IsOver)
        {
            return;
        }

        silo.Add(running);
        if (silo.Draining)
        {
            _ = actor.DrainAsync(new CancellationToken(canceled: true));
        }
    }

    /// <summary>The session is over, or stored to go on elsewhere; called on this grain's scheduler, once.</summary>
    private void Stopped(SessionActor actor)
    {
        if (_running is not { } running || !ReferenceEquals(running.Actor, actor))
        {
            return;
        }

        var snapshot = actor.Snapshot;
        _moved = snapshot.Status != SessionStatus.Terminated;
        _last = _moved ? null : snapshot;
        (_running, _stopped) = (null, running);
        running.Stop();
        silo.Remove(running);
        _closing = CloseAsync(running, snapshot);
    }

    private async Task CloseAsync(RunningSession running, SessionSnapshot snapshot)
    {
        try
        {
            if (!_moved)
            {
                await ReleaseAsync(snapshot.Spec);
            }
        }
        finally
        {
            running.Close();
        }

        await _feed.Sent;
        await LeaveAsync();
    }

    /// <summary>
    /// Ends this activation. A session of a silo that drains goes to another one, which is named: by the membership this one is as good as
    /// any until its drain is over.
    /// </summary>
    private async Task LeaveAsync()
    {
        await Task.Yield();
        var others = _moved && silo.Draining ? silo.Silos.Active(SiloRoles.Session).Remove(silo.Silos.Local) : [];
        if (others.IsEmpty)
        {
            DeactivateOnIdle();
            return;
        }

        RequestContext.Set(IPlacementDirector.PlacementHintKey, others[RandomNumberGenerator.GetInt32(others.Length)]);
        this.MigrateOnIdle();
    }

    private async Task ReleaseAsync(SessionSpec spec)
    {
        try
        {
            await GrainFactory.GetGrain<ITenantGrain>(TenantKey.Of(spec.Tenant)).ReleaseAsync(Key);
            if (spec.ClientId is { } own)
            {
                await ClientId(spec, own).ReleaseAsync(Key);
            }

            await silo.Orphans.ForgetAsync(this, Reminder);
        }
        catch (Exception e)
        {
            // Silos and stores fail in their own ways. A tenant that was not told counts from the store when it next starts; a reminder
            // removes itself at its next tick.
            silo.Log.LogWarning(e, "Session {Session} ended; not everybody could be told.", Key);
        }
    }

    private static SessionRejectedException Moving() =>
        new(RejectReason.Draining, "The session is being moved or the server is stopping.");

    private SessionRejectedException Gone()
    {
        if (_last is not null)
        {
            return new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.");
        }

        DeactivateOnIdle();
        return _moved ? Moving() : new SessionRejectedException(RejectReason.UnknownSession, "There is no such session.");
    }
}
