using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Streams;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Grains.Hosting;

/// <summary>
/// One silo's connection to one session: a single subscription to its feed for all sinks here. It notices when the session goes on in another activation, subscribes there,
/// tells it who is connected and listening here, has the sinks drop what the old one said, and gives them what the new one said meanwhile. Thread-safe.
/// </summary>
internal sealed class SessionLink(string id, LinkServices services)
{
    private static readonly TimeSpan AttachAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _attaching = new(1, 1);
    private readonly List<FeedBatch> _early = [];
    private readonly List<(long Sequence, TaskCompletionSource Reached)> _waiting = [];
    private readonly List<TaskCompletionSource> _quiet = [];
    private ISessionSink[] _sinks = [];
    private Attachment? _attachment;
    private FeedMark _mark;
    private int _turn;
    private ConversationPhase _phase;
    private bool _joining;
    private string? _connection;
    private StartListening? _listening;
    private bool _over;

    public SiloAddress? Silo { get; private set; }

    public bool IsAttached => Mark.Epoch != default;

    private FeedMark Mark
    {
        get
        {
            lock (_lock)
            {
                return _mark;
            }
        }
    }

    private ISessionGrain Grain => services.Grains.GetGrain<ISessionGrain>(id);

    /// <summary>Adds a sink, which first gets the current phase.</summary>
    /// <returns>False when the link is no longer used and a new one must be made.</returns>
    /// <exception cref="SessionRejectedException">Unknown or ended session.</exception>
    public async Task<bool> AddAsync(ISessionSink sink, CancellationToken cancellationToken)
    {
        await _attaching.WaitAsync(cancellationToken);
        try
        {
            if (_over)
            {
                return false;
            }

            if (!IsAttached)
            {
                await AttachAsync(cancellationToken);
            }

            lock (_lock)
            {
                if (_over)
                {
                    return false;
                }

                _sinks = [.. _sinks, sink];
                Deliver(sink, new PhaseChanged(_turn, _phase));
            }

            return true;
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Removes a sink.</summary>
    /// <returns>True when it was the last: the link is over.</returns>
    public async Task<bool> RemoveAsync(ISessionSink sink)
    {
        await _attaching.WaitAsync();
        try
        {
            lock (_lock)
            {
                _sinks = Array.FindAll(_sinks, s => !ReferenceEquals(s, sink));
                if (_sinks.Length > 0 || _over)
                {
                    return _over;
                }

                Close();
            }

            return true;
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Notes what a session that goes on elsewhere must be told again.</summary>
    public void Note(SessionCommand command)
    {
        switch (command)
        {
            case TransportConnected connected:
                _connection = connected.Connection;
                break;
            case TransportLost lost when lost.Connection == _connection:
                _connection = null;
                break;
            case StartListening listening:
                _listening = listening;
                break;
            case StopListening:
                _listening = null;
                break;
        }
    }

    /// <summary>Waits until the sinks have got everything up to a mark.</summary>
    public async ValueTask ReachAsync(FeedMark mark, CancellationToken cancellationToken)
    {
        Task reached;
        lock (_lock)
        {
            if (_over || !IsAttached || mark.Epoch == default || (mark.Epoch == _mark.Epoch && mark.Sequence <= _mark.Sequence))
            {
                return;
            }

            if (mark.Epoch != _mark.Epoch)
            {
                // Another activation has answered: what it said is in what is missed here.
                reached = services.RunAsync(() => ReattachAsync(_attachment));
            }
            else
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((mark.Sequence, source));
                reached = source.Task;
            }
        }

        try
        {
            await reached.WaitAsync(services.Times.Move, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The feed is broken although the session answers: get it anew.
            services.Log.LogWarning("Session {Session}: its feed is behind its answers.", id);
            Reattach();
        }
    }

    /// <summary>
    /// This silo stops: lets the turn be heard to its end until the token fires, then says that the connection is lost, so that the client may come back at
    /// another edge inside the grace time.
    /// </summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        var quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _quiet.Add(quiet);
            NoteQuiet();
        }

        await quiet.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection is { } connection && !_over)
        {
            await services.TryAsync(() => Grain.SendAsync(new LostWire(connection, Graceful: false), services.Local));
        }
    }

    /// <summary>The session's silo is gone, or its feed broke: look for the session again.</summary>
    public void Reattach()
    {
        var broken = _attachment;
        services.Run(() => ReattachAsync(broken));
    }

    /// <summary>
    /// A silo is lost, and with it what it had taken out of a queue and not handed on. If that was the last that was said, nothing that follows shows that it is missing; so the session is asked.
    /// </summary>
    public void Verify() => services.Run(async () =>
    {
        var reply = await services.CallAsync(() => Grain.AttachAsync(services.Local, default), CancellationToken.None);
        if (reply.Refusal is not null || reply.Mark != Mark)
        {
            Reattach();
        }
    });

    private void OnBatch(Attachment from, FeedBatch batch)
    {
        lock (_lock)
        {
            if (batch.Epoch == _mark.Epoch)
            {
                Take(batch);
            }
            else if (ReferenceEquals(from, _attachment) && _joining)
            {
                // Before the answer to attaching it may be what belongs after it.
                _early.Add(batch);
            }
            else if (batch.Outputs.Any(output => output?.Turn > _turn))
            {
                // Turns only grow: the session went on in another activation. What an old one said, and a queue had kept, is not above.
                Reattach();
            }
        }
    }

    private void Take(FeedBatch batch)
    {
        if (!Accept(batch))
        {
            services.Log.LogWarning("Session {Session}: outputs were lost between silos.", id);
            Reattach();
        }
        else if (batch.Over && !_over)
        {
            Reattach();
        }
    }

    /// <summary>Attaches anew, unless that has been done since. A cluster that cannot say where the session is does not end it: it is asked again.</summary>
    private async Task ReattachAsync(Attachment? broken)
    {
        while (!await TryReattachAsync(broken))
        {
            await Task.Delay(AttachAgain, TimeProvider.System);
        }
    }

    private async Task<bool> TryReattachAsync(Attachment? broken)
    {
        await _attaching.WaitAsync();
        try
        {
            if (_over || !ReferenceEquals(_attachment, broken))
            {
                return true;
            }

            await AttachAsync(CancellationToken.None);
            services.Run(TellAsync);
            return true;
        }
        catch (SessionRejectedException e) when (e.Reason is RejectReason.SessionTerminated or RejectReason.UnknownSession || services.Draining)
        {
            await EndAsync(e);
            return true;
        }
        catch (Exception e) when (e is SessionRejectedException or StorageUnavailableException || LinkServices.IsTransient(e))
        {
            services.Log.LogWarning("Session {Session} cannot be found now: {Why}", id, e.Message);
            return false;
        }
        finally
        {
            _attaching.Release();
        }
    }

    private async Task AttachAsync(CancellationToken cancellationToken)
    {
        var old = _attachment;
        var attachment = new Attachment(this);
        lock (_lock)
        {
            (_attachment, _joining) = (attachment, true);
        }

        AttachReply reply;
        try
        {
            reply = await JoinAsync(attachment, cancellationToken);
        }
        catch
        {
            // The old one stays the one to be replaced.
            lock (_lock)
            {
                (_attachment, _joining) = (old, false);
                _early.Clear();
            }

            Forget(attachment);
            throw;
        }

        lock (_lock)
        {
            Silo = reply.Silo;
            if (reply.Missed is { } missed)
            {
                CatchUp(reply, missed);
            }
            else
            {
                (_mark, _turn, _phase) = (reply.Mark, reply.Turn, (ConversationPhase)reply.Phase);
            }

            _joining = false;
            foreach (var batch in _early.Where(b => b.Epoch == _mark.Epoch).OrderBy(b => b.First))
            {
                Take(batch);
            }

            _early.Clear();
            Release();
        }

        Forget(old);
    }

    /// <summary>Subscribes and joins. Both must have met the session in the same place: had it moved between them, it would publish to nobody here.</summary>
    private async Task<AttachReply> JoinAsync(Attachment attachment, CancellationToken cancellationToken)
    {
        while (true)
        {
            attachment.Handle = await services.CallAsync(() => services.StreamOf(id).SubscribeAsync(attachment), cancellationToken);
            var reply = await services.CallAsync(() => Grain.AttachAsync(services.Local, Mark), cancellationToken);
            if (reply.Refusal is { } refusal)
            {
                throw refusal.Read();
            }

            if (attachment.Handle is not IProducedSomewhere handle || handle.Producer.Equals(reply.Silo))
            {
                return reply;
            }

            Forget(attachment);
        }
    }

    /// <summary>Gives the sinks what they missed. What another activation said before is of a turn that nobody continues.</summary>
    private void CatchUp(AttachReply reply, FeedBatch missed)
    {
        var moved = _mark.Epoch != reply.Mark.Epoch;
        if (moved && !missed.Outputs.Any(o => o is TurnWire))
        {
            Deliver(new TurnBegan(missed.Outputs.FirstOrDefault(o => o is not null)?.Turn ?? reply.Turn));
        }

        if (moved || missed.First > _mark.Sequence + 1)
        {
            _mark = new FeedMark(reply.Mark.Epoch, missed.First - 1);
        }

        // The old subscription of the same activation may have brought some of it since it was asked for.
        Accept(missed);
        var phase = (ConversationPhase)reply.Phase;
        if (!_over && _mark == reply.Mark && (_phase != phase || (moved && !missed.Outputs.Any(o => o is PhaseWire))))
        {
            (_turn, _phase) = (reply.Turn, phase);
            Deliver(new PhaseChanged(_turn, _phase));
        }
    }

    /// <summary>Tells a session that goes on in a new place who is here.</summary>
    private async Task TellAsync()
    {
        if (_connection is { } connection)
        {
            await services.CallAsync(() => Grain.SendAsync(new ConnectedWire(connection, Known: true), services.Local), CancellationToken.None);
        }

        if (_listening is { } listening)
        {
            await services.CallAsync(() => Grain.SendAsync(CommandWire.From(listening), services.Local), CancellationToken.None);
        }
    }

    /// <summary>The session cannot be found again.</summary>
    private async Task EndAsync(SessionRejectedException why)
    {
        TerminationReason? reason = null;
        await services.TryAsync(async () => reason = (await services.Store.ReadAsync(id, CancellationToken.None))?.Record.Reason);
        services.Log.LogInformation("Session {Session} is over: {Why}", id, why.Message);
        lock (_lock)
        {
            if (!_over)
            {
                Deliver(new SessionEnded(_turn, reason ?? TerminationReason.SessionMiscError));
                Close();
            }
        }

        services.Ended(id, this);
    }

    /// <returns>False when outputs are missing before these.</returns>
    private bool Accept(FeedBatch batch)
    {
        if (batch.First > _mark.Sequence + 1)
        {
            return false;
        }

        for (var i = (int)(_mark.Sequence + 1 - batch.First); i < batch.Outputs.Length && !_over; i++)
        {
            _mark = _mark with { Sequence = batch.First + i };
            if (batch.Outputs[i]?.Read() is not { } output)
            {
                continue;
            }

            _turn = output.Turn;
            if (output is PhaseChanged phase)
            {
                _phase = phase.Phase;
            }

            Deliver(output);
            if (output is SessionEnded)
            {
                Close();
                services.Ended(id, this);
            }
        }

        Release();
        NoteQuiet();
        return true;
    }

    private void NoteQuiet()
    {
        if (_over || _phase is ConversationPhase.Idle or ConversationPhase.Listening)
        {
            _quiet.ForEach(q => q.TrySetResult());
            _quiet.Clear();
        }
    }

    private void Release()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_over || _waiting[i].Sequence <= _mark.Sequence)
            {
                _waiting[i].Reached.TrySetResult();
                _waiting.RemoveAt(i);
            }
        }
    }

    private void Close()
    {
        _over = true;
        Release();
        NoteQuiet();
        Forget(_attachment);
    }

    private void Forget(Attachment? attachment)
    {
        if (attachment?.Handle is { } handle)
        {
            services.Run(() => services.ForgetAsync(handle));
        }
    }

    private void Deliver(SessionOutput output)
    {
        foreach (var sink in _sinks)
        {
            Deliver(sink, output);
        }
    }

    private void Deliver(ISessionSink sink, SessionOutput output)
    {
        try
        {
            sink.Deliver(output);
        }
        catch (Exception e)
        {
            // A sink's bug costs it its subscription, not the others theirs.
            services.Log.LogError(e, "Session {Session}: a sink threw and is unsubscribed.", id);
            _sinks = Array.FindAll(_sinks, s => !ReferenceEquals(s, sink));
        }
    }

    /// <summary>One subscription; what an older one says of its end no longer counts.</summary>
    private sealed class Attachment(SessionLink link) : IAsyncObserver<FeedBatch>
    {
        public StreamSubscriptionHandle<FeedBatch>? Handle { get; set; }

        public Task OnNextAsync(FeedBatch item, StreamSequenceToken? token = null)
        {
            link.OnBatch(this, item);
            return Task.CompletedTask;
        }

        public Task OnCompletedAsync()
        {
            if (!link._over && ReferenceEquals(link._attachment, this))
            {
                link.Reattach();
            }

            return Task.CompletedTask;
        }

        public Task OnErrorAsync(Exception ex) => OnCompletedAsync();
    }
}
