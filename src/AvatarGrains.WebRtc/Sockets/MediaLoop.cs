using System.Collections.Concurrent;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>
/// One thread that owns one UDP socket and all peers on it: demultiplexes datagrams, keeps their deadlines and media ticks on one timer wheel.
/// What one peer throws closes that peer alone.
/// </summary>
public sealed class MediaLoop : IDisposable
{
    private const long LongestWait = 1_000_000;
    private const double GoldenRatio = 0.618_033_988_749_895;

    private readonly IDatagramSocket _socket;
    private readonly MediaLoopOptions _options;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly long _unitsPerMicrosecond;
    private readonly PeerRoutes _routes = new();
    private readonly TimerWheel _wheel;
    private readonly ConcurrentQueue<MediaLoopWork> _work = new();
    private readonly DatagramHandler _onDatagram;
    private readonly Action<TimerNode, long> _onDeadline;
    private readonly Action<TimerNode, long> _onTick;
    private readonly Action<Action> _runHandshake;
    private readonly CountdownEvent _handshakes = new(1);
    private Thread? _thread;
    private long _now;
    private int _spread;
    private int _woken;
    private volatile bool _stopping;

    public MediaLoop(IDatagramSocket socket, MediaLoopOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _socket = socket;
        _options = options;
        _time = time;
        _startedAt = time.GetTimestamp();
        _unitsPerMicrosecond = Math.Max(1, time.TimestampFrequency / 1_000_000);
        UnixMicrosecondsAtZero = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        _wheel = new TimerWheel(0);
        _onDatagram = OnDatagram;
        _onDeadline = OnDeadline;
        _onTick = OnTick;
        _runHandshake = RunHandshake;
    }

    /// <summary>The loop's time, µs. Any thread.</summary>
    public long Now => (_time.GetTimestamp() - _startedAt) / _unitsPerMicrosecond;

    /// <summary>Unix time at which <see cref="Now"/> was 0: for <see cref="PeerConfig.UnixMicrosecondsAtZero"/>.</summary>
    public long UnixMicrosecondsAtZero { get; }

    /// <summary>What peers of this loop write to.</summary>
    public IDatagramWriter Writer => _socket;

    /// <summary>Where the socket is bound.</summary>
    public NetAddress LocalAddress => _socket.LocalAddress;

    /// <summary>Peers on the loop. Any thread, approximate.</summary>
    public int PeerCount => _routes.Count;

    /// <inheritdoc cref="IDatagramSocket.DatagramsSent"/>
    public long DatagramsSent => _socket.DatagramsSent;

    /// <inheritdoc cref="IDatagramSocket.DatagramsReceived"/>
    public long DatagramsReceived => _socket.DatagramsReceived;

    /// <inheritdoc cref="IDatagramSocket.SendCalls"/>
    public long SendCalls => _socket.SendCalls;

    /// <inheritdoc cref="IDatagramSocket.SendErrors"/>
    public long SendErrors => _socket.SendErrors;

    /// <summary>Datagrams that belonged to no peer.</summary>
    public long UnroutedDatagrams { get; private set; }

    /// <summary>Exceptions contained so far.</summary>
    public long Faults { get; private set; }

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = _options.Name };
        _thread.Start();
    }

    /// <summary>
    /// Puts a peer on the loop, after <c>AcceptOffer</c> or <c>AcceptAnswer</c>; from now on only the loop's thread may touch it. Any
    /// thread.
    /// </summary>
    /// <param name="peer">A peer whose writer is <see cref="Writer"/>.</param>
    /// <param name="ticker">Called first at a moment spread inside <see cref="MediaLoopOptions.SpreadPeriod"/>.</param>
    public MediaLoopEntry Add(Peer peer, IMediaTicker? ticker)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var entry = new MediaLoopEntry(this, peer, ticker, _onDeadline, _onTick);
        Post(new MediaLoopWork(entry, null, MediaLoopWork.AddMark, 0));
        return entry;
    }

    /// <summary>Closes all peers, ends the thread and disposes the socket. Must not be called on the loop's thread.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_thread is { } thread)
        {
            _socket.Wake();
            thread.Join();
        }
        else
        {
            CloseAll();
        }

        // A step that is being computed tells the loop when it is done.
        _handshakes.Signal();
        _handshakes.Wait();
        _handshakes.Dispose();
        _socket.Dispose();
    }

    internal void Post(in MediaLoopWork work)
    {
        _work.Enqueue(work);
        if (Interlocked.Exchange(ref _woken, 1) == 0 && Environment.CurrentManagedThreadId != _thread?.ManagedThreadId)
        {
            _socket.Wake();
        }
    }

    internal void ScheduleTick(MediaLoopEntry entry, long at)
    {
        if (Environment.CurrentManagedThreadId == _thread?.ManagedThreadId && entry.IsOnLoop)
        {
            SetTick(entry, at);
        }
        else
        {
            Post(new MediaLoopWork(entry, null, null, at));
        }
    }

    /// <summary>One turn: waits for input at most until the next deadline, then does all that is due.</summary>
    internal void Turn(long longestWait)
    {
        Volatile.Write(ref _woken, 0);
        Interlocked.MemoryBarrier();
        var wait = _work.IsEmpty ? Math.Clamp(_wheel.NextDeadline - Now, 0, longestWait) : 0;
        _now = Now;
        _socket.Receive(wait, _options.ReceiveBatch, _onDatagram);
        _now = Now;

        // Only what is here now: work that posts work must not hold up the timers.
        for (var left = _work.Count; left > 0 && _work.TryDequeue(out var work); left--)
        {
            Do(work);
        }

        _wheel.Advance(_now);
        _socket.Flush();
    }

    private void Run()
    {
        _options.OnStarted?.Invoke();
        while (!_stopping)
        {
            Turn(LongestWait);
        }

        CloseAll();
        _socket.Flush();
    }

    private void CloseAll()
    {
        while (_work.TryDequeue(out var work))
        {
            if (ReferenceEquals(work.State, MediaLoopWork.AddMark))
            {
                Do(work);
            }
            else
            {
                (work.State as ILoopQuestion)?.Decline();
            }
        }

        foreach (var entry in _routes.Entries.ToArray())
        {
            Guard(entry, static (e, _, now) => e.Peer.Close(now), null);
        }
    }

    private void OnDatagram(Span<byte> datagram, in NetAddress from)
    {
        var entry = datagram.IsEmpty ? null : _routes.Find(datagram, from);
        if (entry is null)
        {
            UnroutedDatagrams++;
            return;
        }

        // Time has passed while the loop waited for input; one reading of the clock serves the whole batch.
        _now = Math.Max(_now, Now);
        try
        {
            entry.Peer.Receive(datagram, from, _now);
            _routes.Learn(entry, from);
        }
        catch (Exception exception)
        {
            // Whatever went wrong inside one peer must not end the others.
            Fault(entry, exception);
        }

        Settle(entry);
    }

    private void OnDeadline(TimerNode node, long now) => Guard((MediaLoopEntry)node.Owner, static (entry, _, time) => entry.Peer.Advance(time), null);

    private void OnTick(TimerNode node, long now)
    {
        Guard(
            (MediaLoopEntry)node.Owner,
            static (entry, loop, time) => ((MediaLoop)loop!).SetTick(entry, entry.Ticker!.Tick(entry.TickDue, time)),
            this);
    }

    private void Do(in MediaLoopWork work)
    {
        var entry = work.Entry;
        if (ReferenceEquals(work.State, MediaLoopWork.AddMark))
        {
            Admit(entry);
        }
        else if (!entry.IsOnLoop)
        {
            (work.State as ILoopQuestion)?.Decline();
        }
        else if (work.Action is null)
        {
            SetTick(entry, work.TickAt);
        }
        else
        {
            Guard(entry, work.Action, work.State);
            if (entry.IsOnLoop)
            {
                _routes.Follow(entry);
            }
        }
    }

    private void Admit(MediaLoopEntry entry)
    {
        if (entry.Peer.IsClosed)
        {
            return;
        }

        _routes.Add(entry);
        entry.IsOnLoop = true;
        if (_options.RunHandshake is not null)
        {
            entry.Peer.Offload(_runHandshake, () => entry.Post(static (done, _, now) => done.Peer.HandshakeStepDone(now)));
        }

        if (entry.Ticker is not null)
        {
            // Multiples of the golden ratio stay evenly spread however many peers come and go.
            var phase = (long)(_options.SpreadPeriod * (_spread++ * GoldenRatio % 1.0));
            SetTick(entry, (((_now / _options.SpreadPeriod) + 1) * _options.SpreadPeriod) + phase);
        }

        Settle(entry);
    }

    private void RunHandshake(Action step)
    {
        _handshakes.AddCount();
        _options.RunHandshake!(() =>
        {
            try
            {
                step();
            }
            finally
            {
                _handshakes.Signal();
            }
        });
    }

    private void SetTick(MediaLoopEntry entry, long at)
    {
        if (entry.IsOnLoop && entry.Ticker is not null)
        {
            entry.TickDue = at;
            _wheel.Schedule(entry.MediaTick, at);
        }
    }

    private void Guard(MediaLoopEntry entry, Action<MediaLoopEntry, object?, long> action, object? state)
    {
        try
        {
            action(entry, state, _now);
        }
        catch (Exception exception)
        {
            // Whatever went wrong inside one peer must not end the others.
            Fault(entry, exception);
        }

        Settle(entry);
    }

    private void Fault(MediaLoopEntry entry, Exception exception)
    {
        Faults++;
        try
        {
            entry.Peer.Abandon();
        }
        catch (Exception second)
        {
            // The observer's OnClosed may have thrown, too.
            exception = new AggregateException(exception, second);
        }

        _options.OnFault?.Invoke(exception);
    }

    /// <summary>Called after every use of a peer: its deadline may have moved, or it may be closed.</summary>
    private void Settle(MediaLoopEntry entry)
    {
        if (!entry.IsOnLoop)
        {
            return;
        }

        if (!entry.Peer.IsClosed)
        {
            _wheel.Schedule(entry.Deadline, entry.Peer.NextDeadline);
            return;
        }

        entry.IsOnLoop = false;
        _wheel.Cancel(entry.Deadline);
        _wheel.Cancel(entry.MediaTick);
        _routes.Remove(entry);
    }
}
