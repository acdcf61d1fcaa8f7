using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// One process's connection to one session, for all sinks here. It notices when the session goes on in another activation, attaches there,
/// tells it who is connected and listening here, has the sinks drop what the old one said, and gives them what the new one said meanwhile.
/// Thread-safe.
/// </summary>
internal sealed class SessionLink
{
    private static readonly TimeSpan AttachAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _attaching = new(1, 1);
    private readonly List<FeedBatch> _early = [];
    private readonly SessionCalls _calls;
    private readonly Action<SessionLink> _ended;
    private readonly AudioUplink _uplink;
    private readonly FeedReader _reader;
    private ISessionSink[] _sinks = [];
    private FeedAttachment? _attachment;
    private bool _joining;
    private string? _connection;
    private StartListening? _listening;

    /// <param name="id">The session.</param>
    /// <param name="calls">How it is called.</param>
    /// <param name="ended">Told when the session has ended.</param>
    public SessionLink(string id, SessionCalls calls, Action<SessionLink> ended)
    {
        (Id, _calls, _ended) = (id, calls, ended);
        _uplink = new AudioUplink(_calls.Grain(Id), calls);
        _reader = new FeedReader(Deliver);
    }

    public string Id { get; }

    /// <summary>Where the session was found.</summary>
    public SiloAddress? Silo { get; private set; }

    public bool IsAttached => Mark.Epoch != default;

    private FeedMark Mark
    {
        get
        {
            lock (_lock)
            {
                return _reader.Mark;
            }
        }
    }

    /// <summary>Adds a sink, which first gets the current phase.</summary>
    /// <returns>False when the link is no longer used and a new one must be made.</returns>
    /// <exception cref="SessionRejectedException">Unknown or ended session.</exception>
    public async Task<bool> AddAsync(ISessionSink sink, CancellationToken cancellationToken)
    {
        await _attaching.WaitAsync(cancellationToken);
        try
        {
            if (!_reader.IsOver && !IsAttached)
            {
                await AttachAsync(cancellationToken);
            }

            lock (_lock)
            {
                if (_reader.IsOver)
                {
                    return false;
                }

                _sinks = [.. _sinks, sink];
                Deliver(sink, new PhaseChanged(_reader.Turn, _reader.Phase));
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
                if (_sinks.Length > 0 || _reader.IsOver)
                {
                    return _reader.IsOver;
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

    /// <summary>Hands microphone audio over: into the session where it runs in this process, else on its way there.</summary>
    public void PushAudio(ReadOnlySpan<short> samples)
    {
        if (_attachment is { Here: { IsOver: false } here })
        {
            here.Actor.PushAudio(samples);
        }
        else
        {
            _uplink.Push(samples);
        }
    }

    /// <summary>Returns when the audio taken so far has arrived, so that a command does not overtake it.</summary>
    public ValueTask FlushAudioAsync() => _uplink.FlushAsync();

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
            var mine = _reader.Mark;
            if (_reader.IsOver || mine.Epoch == default || mark.Epoch == default || (mark.Epoch == mine.Epoch && mark.Sequence <= mine.Sequence))
            {
                return;
            }

            // Where another activation has answered, what it said is in what is missed here.
            reached = mark.Epoch == mine.Epoch ? _reader.ReachAsync(mark) : _calls.RunAsync(() => ReattachAsync(_attachment));
        }

        try
        {
            await reached.WaitAsync(_calls.Times.Move, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The feed is broken although the session answers: get it anew.
            _calls.Log.LogWarning("Session {Session}: its feed is behind its answers.", Id);
            Reattach();
        }
    }

    /// <summary>
    /// This silo stops: lets the turn be heard to its end until the token fires, then says that the connection is lost, so that the client
    /// may come back at another edge inside the grace time.
    /// </summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        Task quiet;
        lock (_lock)
        {
            quiet = _reader.QuietAsync();
        }

        await quiet.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection is { } connection && !_reader.IsOver)
        {
            await _calls.TryAsync(() => _calls.Grain(Id).SendAsync(new TransportLost(connection, Graceful: false), _calls.Local));
        }
    }

    /// <summary>The session's silo is gone, or its feed broke: look for the session again.</summary>
    public void Reattach()
    {
        var broken = _attachment;
        _calls.Run(() => ReattachAsync(broken));
    }

    /// <summary>
    /// A silo is lost, and with it what it had taken out of a queue and not handed on. If that was the last that was said, nothing that
    /// follows shows that it is missing; so the session is asked.
    /// </summary>
    public void Verify() => _calls.Run(async () =>
    {
        try
        {
            var reply = await _calls.CallAsync(() => new ValueTask<AttachReply>(_calls.Grain(Id).AttachAsync(default)), CancellationToken.None);
            if (reply.Mark != Mark)
            {
                Reattach();
            }
        }
        catch (SessionRejectedException)
        {
            // Attaching again finds out what has become of it.
            Reattach();
        }
    });

    /// <summary>Takes what the stream brings.</summary>
    internal void OnBatch(FeedAttachment from, FeedBatch batch)
    {
        lock (_lock)
        {
            if (batch.Epoch == _reader.Mark.Epoch)
            {
                Take(batch);
            }
            else if (ReferenceEquals(from, _attachment) && _joining)
            {
                // Before the answer to attaching it may be what belongs after it.
                _early.Add(batch);
            }
            else if (batch.Outputs.Any(output => output?.Turn > _reader.Turn))
            {
                // Turns only grow: the session went on in another activation. What an old one said, and a queue had kept, is not above.
                Reattach();
            }
        }
    }

    /// <summary>Takes what the session says in this process.</summary>
    internal void OnOutput(FeedAttachment from, FeedMark at, SessionOutput output)
    {
        lock (_lock)
        {
            if (at.Epoch == _reader.Mark.Epoch && !(_joining && ReferenceEquals(from, _attachment)))
            {
                Check(_reader.Take(at, output));
            }
            else if (ReferenceEquals(from, _attachment))
            {
                _early.Add(new FeedBatch(at.Epoch, at.Sequence, [output]));
            }
        }
    }

    /// <summary>Nothing more comes by an attachment; what an older one says of its end no longer counts.</summary>
    internal void OnClosed(FeedAttachment from)
    {
        if (!_reader.IsOver && ReferenceEquals(_attachment, from))
        {
            Reattach();
        }
    }

    private void Take(FeedBatch batch)
    {
        if (Check(_reader.Take(batch)) && batch.Over && !_reader.IsOver)
        {
            Reattach();
        }
    }

    private bool Check(bool taken)
    {
        if (!taken)
        {
            _calls.Log.LogWarning("Session {Session}: outputs were lost on their way here.", Id);
            Reattach();
        }

        return taken;
    }

    /// <summary>
    /// Attaches anew, unless that has been done since. A cluster that cannot say where the session is does not end it: it is asked again.
    /// </summary>
    private async Task ReattachAsync(FeedAttachment? broken)
    {
        while (!await TryReattachAsync(broken))
        {
            await Task.Delay(AttachAgain, TimeProvider.System);
        }
    }

    private async Task<bool> TryReattachAsync(FeedAttachment? broken)
    {
        await _attaching.WaitAsync();
        try
        {
            if (_reader.IsOver || !ReferenceEquals(_attachment, broken))
            {
                return true;
            }

            await AttachAsync(CancellationToken.None);
            _calls.Run(TellAsync);
            return true;
        }
        catch (SessionRejectedException e) when (e.Reason is RejectReason.SessionTerminated or RejectReason.UnknownSession || _calls.Draining)
        {
            await EndAsync(e);
            return true;
        }
        catch (Exception e) when (e is SessionRejectedException or StorageUnavailableException || SessionCalls.IsTransient(e))
        {
            _calls.Log.LogWarning("Session {Session} cannot be found now: {Why}", Id, e.Message);
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
        var attachment = new FeedAttachment(this, _calls);
        lock (_lock)
        {
            (_attachment, _joining) = (attachment, true);
        }

        AttachReply reply;
        try
        {
            reply = await attachment.JoinAsync(Mark, cancellationToken);
        }
        catch
        {
            // The old one stays the one to be replaced.
            lock (_lock)
            {
                (_attachment, _joining) = (old, false);
                _early.Clear();
            }

            attachment.Forget();
            throw;
        }

        lock (_lock)
        {
            Silo = reply.Silo;
            _reader.Attach(reply);
            _joining = false;
            foreach (var batch in _early.Where(b => b.Epoch == _reader.Mark.Epoch).OrderBy(b => b.First))
            {
                Take(batch);
            }

            _early.Clear();
        }

        old?.Forget();
    }

    /// <summary>Tells a session that goes on in a new place who is here.</summary>
    private async Task TellAsync()
    {
        if (_connection is { } connection)
        {
            await SendAsync(new TransportConnected(connection, Known: true));
        }

        if (_listening is { } listening)
        {
            await SendAsync(listening);
        }
    }

    private Task SendAsync(SessionCommand command) =>
        _calls.CallAsync(() => new ValueTask<CommandReply>(_calls.Grain(Id).SendAsync(command, _calls.Local)), CancellationToken.None);

    /// <summary>The session cannot be found again.</summary>
    private async Task EndAsync(SessionRejectedException why)
    {
        TerminationReason? reason = null;
        await _calls.TryAsync(async () => reason = (await _calls.Store.ReadAsync(Id, CancellationToken.None))?.Record.Reason);
        _calls.Log.LogInformation("Session {Session} is over: {Why}", Id, why.Message);
        lock (_lock)
        {
            if (!_reader.IsOver)
            {
                Deliver(new SessionEnded(_reader.Turn, reason ?? TerminationReason.SessionMiscError));
            }
        }
    }

    private void Close()
    {
        _reader.Close();
        _attachment?.Forget();
    }

    private void Deliver(SessionOutput output)
    {
        foreach (var sink in _sinks)
        {
            Deliver(sink, output);
        }

        if (output is SessionEnded)
        {
            Close();
            _ended(this);
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
            _calls.Log.LogError(e, "Session {Session}: a sink threw and is unsubscribed.", Id);
            _sinks = Array.FindAll(_sinks, s => !ReferenceEquals(s, sink));
        }
    }
}
