using AvatarGrains.Cluster.Contracts;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Cluster.Hosting;

/// <summary>
/// One silo's connection to one session: a single subscription to its feed for all sinks here. It notices when the session goes on in another activation, subscribes there,
/// tells it who is connected and listening here, and has the sinks drop what the old one said. Thread-safe.
/// </summary>
internal sealed class SessionLink(string id, LinkServices services)
{
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
    private string? _connection;
    private StartListening? _listening;
    private bool _over;

    public SiloAddress? Silo { get; private set; }

    public bool IsAttached => _mark.Epoch != default;

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

            await DetachAsync();
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
        TaskCompletionSource reached;
        lock (_lock)
        {
            if (_over || !IsAttached || mark.Epoch == default || (mark.Epoch == _mark.Epoch && mark.Sequence <= _mark.Sequence))
            {
                return;
            }

            if (mark.Epoch != _mark.Epoch)
            {
                Reattach();
                return;
            }

            reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((mark.Sequence, reached));
        }

        try
        {
            await reached.Task.WaitAsync(services.Times.Move, TimeProvider.System, cancellationToken);
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
        var broken = _mark.Epoch;
        services.Run(() => ReattachAsync(broken));
    }

    private void OnBatch(FeedBatch batch)
    {
        lock (_lock)
        {
            if (batch.Epoch != _mark.Epoch)
            {
                // Before the answer to attaching it may be what belongs after it.
                _early.Add(batch);
            }
            else if (!Accept(batch))
            {
                services.Log.LogWarning("Session {Session}: outputs were lost between silos.", id);
                Reattach();
            }
        }
    }

    private async Task ReattachAsync(Guid broken)
    {
        await _attaching.WaitAsync();
        try
        {
            if (_over || _mark.Epoch != broken)
            {
                return;
            }

            await AttachAsync(CancellationToken.None);
            await TellAsync();
        }
        catch (SessionRejectedException e)
        {
            await EndAsync(e);
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
        _attachment = attachment;
        attachment.Handle = await services.CallAsync(() => services.StreamOf(id).SubscribeAsync(attachment), cancellationToken);
        var reply = await services.CallAsync(() => Grain.AttachAsync(services.Local), cancellationToken);
        if (reply.Refusal is { } refusal)
        {
            throw refusal.Read();
        }

        lock (_lock)
        {
            var anew = IsAttached;
            Silo = reply.Silo;
            _mark = reply.Mark;
            (_turn, _phase) = (reply.Turn, (ConversationPhase)reply.Phase);
            if (anew)
            {
                // What was heard until now is of a turn that nobody continues.
                Deliver(new TurnBegan(_turn));
                Deliver(new PhaseChanged(_turn, _phase));
            }

            foreach (var batch in _early.Where(b => b.Epoch == _mark.Epoch).OrderBy(b => b.First))
            {
                Accept(batch);
            }

            _early.Clear();
            Release();
        }

        Forget(old);
    }

    /// <summary>Tells a session that goes on in a new place who is here.</summary>
    private async Task TellAsync()
    {
        if (_connection is { } connection)
        {
            await services.CallAsync(() => Grain.SendAsync(new ConnectedWire(connection), services.Local), CancellationToken.None);
        }

        if (_listening is { } listening)
        {
            await services.CallAsync(() => Grain.SendAsync(CommandWire.From(listening), services.Local), CancellationToken.None);
        }
    }

    /// <summary>The session cannot be found again.</summary>
    private async Task EndAsync(SessionRejectedException why)
    {
        var snapshot = await services.Store.ReadAsync(id, CancellationToken.None);
        var reason = snapshot?.Record.Reason ?? TerminationReason.SessionMiscError;
        services.Log.LogInformation("Session {Session} is over: {Why}", id, why.Message);
        lock (_lock)
        {
            if (!_over)
            {
                Deliver(new SessionEnded(_turn, reason));
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
            var output = batch.Outputs[i].Read();
            _mark = _mark with { Sequence = batch.First + i };
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

    private async Task DetachAsync() => await services.TryAsync(() => Grain.DetachAsync(services.Local));

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
            link.OnBatch(item);
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
