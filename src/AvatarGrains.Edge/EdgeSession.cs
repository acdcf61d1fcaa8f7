using System.Collections.Concurrent;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Edge;

/// <summary>
/// One client connected to one session: joins the peer, the poses being shown, the session's outputs and the client's data channels. Owned
/// by the media loop; what other threads have for it waits in its inbox for the next tick.
/// </summary>
internal sealed class EdgeSession : IPeerObserver, IMediaTicker, ISessionSink, IPlayoutObserver, IEdgeControl
{
    private const long CloseDelay = 300_000;
    private const int TimedAfterMs = 300;
    private const int EstimatedMsPerCharacter = 70;

    private readonly EdgeServices _services;
    private readonly string _connection;
    private readonly IChannelDialect _dialect;
    private readonly CommandPump _pump;
    private readonly MicrophonePath _microphone;
    private readonly ConcurrentQueue<EdgeEvent> _inbox = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly EdgePlan _plan;
    private readonly ViewChanges _views = new();

    private IMediaOut _media = null!;
    private Playout _playout = null!;
    private Action<long> _scheduleTick = static _ => { };
    private SpeechSegment? _untimed;
    private long _now;
    private long _closeAt = long.MaxValue;
    private int _interruptedTurn = -1;
    private bool _connected;
    private bool _started;
    private bool _over;
    private bool _replaced;
    private bool _leaving;
    private volatile bool _resting;

    public EdgeSession(EdgeServices services, EdgePlan plan, ChannelDialectFactory dialect)
    {
        _services = services;
        _plan = plan;
        _connection = plan.Connection;
        Spec = plan.Spec;
        var session = services.Host.Open(plan.SessionId);
        _pump = new CommandPump(session, this, Put, services.Options.CommandQueue);
        _microphone = new MicrophonePath(session, services.Codecs);
        _dialect = dialect(this);
    }

    /// <summary>Completes when the client has gone and the session knows.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Told on the loop when the client has gone.</summary>
    public Action<EdgeSession>? Gone { get; set; }

    public string SessionId => _plan.SessionId;

    public SessionSpec Spec { get; private set; }

    public AvatarView View => _views.Wanted ?? _playout.View;

    public ConversationPhase Phase => _playout.Mood;

    public ListenMode Listening { get; private set; }

    public int Turn => Math.Max(0, _playout.Turn);

    public EdgeOptions Options => _services.Options;

    /// <summary>Gives the session its way out, before any call of the loop.</summary>
    /// <param name="media">Where media goes.</param>
    /// <param name="scheduleTick">Asks the loop for a tick at a time in microseconds.</param>
    public void Bind(IMediaOut media, Action<long> scheduleTick)
    {
        _media = media;
        _scheduleTick = scheduleTick;
        var audio = new AudioTrack(_plan.AudioTimestamp, _services.Options.SilenceTailMs / SpeechSegment.PacketMs);
        _playout = new Playout(media, this, audio, new VideoTrack(_plan.VideoTimestamp, _plan.Poses, _plan.Seed));
    }

    /// <summary>A newer connection of the same session takes over: this one closes without a word to the session. On the loop.</summary>
    public void Replace(long now)
    {
        _replaced = true;
        _media.Close(now);
    }

    /// <summary>Asks the client to go on elsewhere. On the loop.</summary>
    /// <returns>True when it will.</returns>
    public bool SendAway() => _leaving = _connected && !_over && _dialect.OnLeaving();

    public void Deliver(SessionOutput output) => Put(new OutputArrived(output));

    public long Tick(long due, long now)
    {
        _now = now;
        if (!_connected || _over)
        {
            return long.MaxValue;
        }

        if (!_started)
        {
            _started = true;
            _playout.Start(now + _plan.TickOffset);
        }

        _resting = false;
        _playout.Rest(now);
        while (_inbox.TryDequeue(out var item))
        {
            Handle(item);
        }

        _playout.Advance(now);
        _microphone.Tick(now);
        AnnounceLength();
        if (now >= _closeAt)
        {
            _closeAt = long.MaxValue;
            _media.Close(now);
        }

        return _over ? long.MaxValue : NextTick(now);
    }

    public void OnConnected()
    {
        _connected = true;
        _services.Metrics.Connected();
        _pump.Post(new TransportConnected(_connection));
        Completion = PumpAsync();
        _scheduleTick(_now);
    }

    public void OnAudio(ReadOnlySpan<byte> opus, ushort sequence, uint timestamp, long now) => _microphone.Receive(opus, sequence, timestamp, now);

    public void OnVideo(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker, long now)
    {
    }

    public void OnKeyFrameRequested() => _playout.RequestKeyFrame();

    public void OnChannelOpened(ushort channel, string label, string protocol) => _dialect.OnOpened(channel, label, protocol);

    public void OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message) => _dialect.OnMessage(channel, text, message);

    public void OnChannelMessageTooLarge(ushort channel) => _dialect.OnMessageTooLarge(channel);

    public void OnChannelClosed(ushort channel) => _dialect.OnClosed(channel);

    public void OnClosed(PeerCloseReason reason)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        _closed.Cancel();
        // A connection that never came up leaves the session as it was: it expires by its own timer.
        // A client that was sent away closes this connection when it has another one, which the session may hear of later.
        var ends = _dialect.OnGone() || reason is PeerCloseReason.RemoteClosed;
        var lost = _connected && !_replaced ? new TransportLost(_connection, ends && !_leaving) : null;
        _pump.Complete(lost);
        _services.Metrics.Closed(reason.ToString(), _connected, _playout.Underruns, _playout.SkippedTicks);
        _playout.Dispose();
        _microphone.Dispose();
        while (_inbox.TryDequeue(out var item))
        {
            (item as ViewOpened)?.Poses.Dispose();
        }

        Gone?.Invoke(this);
    }

    public void OnSegmentStarted(SpeechSegment segment)
    {
        _dialect.OnSegmentStarted(segment);
        _untimed = segment;
        AnnounceLength();
        _pump.Post(new ReportPlayout(segment.Turn, segment.Index, segment.PlayedMs, segment.IsFinished));
    }

    public void OnProgress(SpeechSegment segment, bool finished)
    {
        if (ReferenceEquals(_untimed, segment) && finished)
        {
            AnnounceLength();
        }

        _pump.Post(new ReportPlayout(segment.Turn, segment.Index, segment.PlayedMs, finished));
    }

    public void OnInterrupted(int turn)
    {
        _untimed = null;
        if (turn != _interruptedTurn)
        {
            _interruptedTurn = turn;
            _services.Metrics.Interrupted();
            _dialect.OnInterrupted(turn);
        }
    }

    public bool Send(ushort channel, bool text, ReadOnlySpan<byte> message) => _media.SendMessage(channel, text, message, _now);

    public void Post(SessionCommand command)
    {
        if (!_pump.Post(command))
        {
            _dialect.OnRefused(command, CommandResult.Refused(RejectReason.Busy, "Too many commands are waiting."));
            return;
        }

        switch (command)
        {
            case StartListening start:
                Listening = start.Mode;
                _microphone.Open(start.Mode != ListenMode.Off);
                break;
            case StopListening:
                Listening = ListenMode.Off;
                _microphone.Open(false);
                break;
        }
    }

    public void ChangeView(AvatarView view)
    {
        var request = _views.Ask(view);
        RunOwned(async token =>
        {
            try
            {
                return new ViewOpened(await _services.Poses.OpenAsync(view, token), request);
            }
            catch (Exception error) when (error is KeyNotFoundException or ArgumentException)
            {
                return new ViewRefused(view, error.Message, request);
            }
        });
    }

    public void FetchSnapshot() => RunOwned(async token =>
        await _services.Host.FindAsync(SessionId, token) is { } snapshot ? new SnapshotArrived(snapshot) : new EdgeFailed("The session is gone."));

    public void Run(Func<CancellationToken, Task<Action>> work) => RunOwned(async token => new WorkDone(await work(token)));

    public void After(TimeSpan delay, Action act) => RunOwned(async token =>
    {
        await Task.Delay(delay, token);
        return new WorkDone(act);
    });

    public void CountBadMessage() => _services.Metrics.BadMessage();

    /// <summary>Every 20 ms while anything goes on, else when the next picture is due: what comes in meanwhile wakes the loop.</summary>
    private long NextTick(long now)
    {
        if (_microphone.IsOpen || _playout.NextSend <= _playout.NextDeadline)
        {
            return _playout.NextDeadline;
        }

        _resting = true;
        Interlocked.MemoryBarrier();
        return _inbox.IsEmpty ? _playout.NextSend : now;
    }

    /// <summary>Leaves something for the next tick. Any thread.</summary>
    private void Put(EdgeEvent item)
    {
        _inbox.Enqueue(item);
        Interlocked.MemoryBarrier();
        if (_resting)
        {
            _resting = false;
            _scheduleTick(0);
        }
    }

    private void Handle(EdgeEvent item)
    {
        switch (item)
        {
            case OutputArrived arrived:
                Play(arrived.Output);
                break;
            case QuestionTaken taken:
                _dialect.OnTaken(taken.Id);
                break;
            case CommandRefused refused:
                if (refused.Command is Reconfigure { View: not null })
                {
                    _views.Forget();
                }

                _dialect.OnRefused(refused.Command, refused.Result);
                break;
            case ViewOpened opened:
                Show(opened);
                break;
            case ViewRefused refused:
                _views.Settle(refused.Request);
                _dialect.OnViewRefused(refused.View, refused.Detail);
                break;
            case SnapshotArrived arrived:
                Spec = arrived.Snapshot.Spec;
                _dialect.OnSnapshot(arrived.Snapshot);
                break;
            case WorkDone done:
                done.Continue();
                break;
            case EdgeFailed failed:
                _services.Log.LogInformation("Session {Session}: the connection ends: {Detail}", SessionId, failed.Detail);
                _closeAt = _now;
                break;
        }
    }

    private void Play(SessionOutput output)
    {
        if (!_playout.Take(output))
        {
            return;
        }

        switch (output)
        {
            case SpecChanged changed:
                Spec = changed.Spec;
                if (_views.Hear(changed.Spec.View, _playout.View))
                {
                    ChangeView(changed.Spec.View);
                }

                break;
            case TakenOver { What: TakenOver.Transport } taken when taken.Owner != _connection:
                Replace(_now);
                break;
            case SessionEnded:
                _closeAt = _now + CloseDelay;
                break;
        }

        _dialect.OnOutput(output);
    }

    private void Show(ViewOpened opened)
    {
        if (!_views.Settle(opened.Request))
        {
            opened.Poses.Dispose();
            return;
        }

        var view = opened.Poses.View;
        _playout.Show(opened.Poses);
        if ((_views.Told ?? Spec.View) != view)
        {
            Spec = Spec with { View = view };
            if (_pump.Post(new Reconfigure(View: view)))
            {
                _views.Tell(view);
            }
        }

        _dialect.OnViewShown(view);
    }

    /// <summary>
    /// Tells the length of the sentence being played as soon as it is known, and an estimate when it does not become known in time.
    /// </summary>
    private void AnnounceLength()
    {
        if (_untimed is not { } segment || (!segment.IsComplete && segment.PlayedMs < TimedAfterMs))
        {
            return;
        }

        _untimed = null;
        var duration = segment.IsComplete ? segment.ArrivedMs : Math.Max(segment.ArrivedMs, segment.Text.Length * EstimatedMsPerCharacter);
        _dialect.OnSegmentTimed(segment, duration);
    }

    private async Task PumpAsync()
    {
        try
        {
            await Task.Run(_pump.RunAsync);
        }
        catch (Exception error)
        {
            // The session host broke: the cause is unknown here, this client's connection alone ends.
            _services.Log.LogError(error, "Session {Session}: commands can no longer be handed over", SessionId);
            Put(new EdgeFailed("The server failed."));
        }
    }

    private void RunOwned(Func<CancellationToken, Task<EdgeEvent>> work) => _ = RunOwnedAsync(work);

    private async Task RunOwnedAsync(Func<CancellationToken, Task<EdgeEvent>> work)
    {
        try
        {
            var result = await Task.Run(() => work(_closed.Token), _closed.Token);
            if (_over && result is ViewOpened late)
            {
                late.Poses.Dispose();
                return;
            }

            Put(result);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            _services.Log.LogDebug("Session {Session}: the client left before its request was done", SessionId);
        }
        catch (Exception error)
        {
            // A bug or a broken native library: the cause is unknown here, this client's connection alone ends.
            _services.Log.LogError(error, "Session {Session}: a request of the client failed", SessionId);
            Put(new EdgeFailed("The server failed."));
        }
    }
}
