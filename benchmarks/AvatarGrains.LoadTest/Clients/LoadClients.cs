using AvatarGrains.Client.Media;
using AvatarGrains.LoadTest.Measuring;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Sockets;
using AvatarGrains.Native.Srtp;
using AvatarGrains.Native.Threads;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>All clients of the process: one media loop, one thread, a socket for each.</summary>
internal sealed class LoadClients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ISignalling _signalling;
    private readonly OpenSslDtlsFactory _dtls;
    private readonly UdpSwarm _swarm = new();
    private readonly MediaLoop _loop;
    private readonly PeerConfig _config;
    private readonly Texts _texts;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private readonly List<ILoadMember> _live = [];
    private readonly Lazy<Microphone> _microphone = new(() => new Microphone());

    public LoadClients(ISignalling signalling, Texts texts, double loss, int seed, TimeProvider time)
    {
        _signalling = signalling;
        _texts = texts;
        _time = time;
        _random = new Random(seed);
        _dtls = new OpenSslDtlsFactory(time);
        Network = loss > 0 ? new LossySocket(_swarm, loss, seed) : null;
        _loop = new MediaLoop(Network is null ? _swarm : Network, new MediaLoopOptions
        {
            Name = "clients",
            RunHandshake = MediaLoopOptions.OnThreadPool,
            OnFault = Report,
            OnStarted = static () => ThreadPriorities.TryRaise(),
        }, time);
        _config = new PeerConfig
        {
            Dtls = _dtls,
            Srtp = new SrtpFactory(),
            Candidates = [NetAddress.From(System.Net.IPAddress.Loopback, 9)],
            UnixMicrosecondsAtZero = _loop.UnixMicrosecondsAtZero,
        };
        _loop.Start();
    }

    public Measures Measures { get; } = new();

    /// <summary>What clients without media saw.</summary>
    public TextMeasures TextMeasures { get; } = new();

    public LossySocket? Network { get; }

    /// <summary>Exceptions out of one client; each ended that client.</summary>
    public int Faults { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _live.Count;
            }
        }
    }

    /// <summary>Clients by what they do.</summary>
    public IReadOnlyDictionary<string, int> Members
    {
        get
        {
            lock (_gate)
            {
                return _live.CountBy(one => one.Behaviour)
                    .OrderBy(one => one.Key)
                    .ToDictionary(one => one.Key.ToString().ToLowerInvariant(), one => one.Value);
            }
        }
    }

    /// <summary>Joins one client, of whatever kind its behaviour needs.</summary>
    public async Task<ILoadMember> JoinAnyAsync(Behaviour behaviour, bool decode, CancellationToken cancellationToken)
    {
        if (behaviour is not (Behaviour.Socket or Behaviour.Events))
        {
            return await JoinAsync(behaviour, decode, cancellationToken);
        }

        var client = await _signalling.TalkAsync(behaviour, TextMeasures, _texts, cancellationToken);
        lock (_gate)
        {
            _live.Add(client);
        }

        client.Start();
        return client;
    }

    /// <summary>Joins one client and waits for its first key frame.</summary>
    /// <exception cref="IOException">It could not connect.</exception>
    /// <exception cref="TimeoutException">No key frame came in time.</exception>
    public async Task<LoadSession> JoinAsync(Behaviour behaviour, bool decode, CancellationToken cancellationToken)
    {
        var hears = behaviour == Behaviour.Listening;
        LoadSession session;
        lock (_gate)
        {
            session = new LoadSession(Measures, _texts, behaviour, _loop.Now, _random.NextInt64(2_000_000), decode ? new MediaDecoding() : null);
        }

        session.Microphone = hears ? new MicrophoneSender(_microphone.Value) : null;

        var client = new ReceiverClient(_config, _loop.Writer, session, () => _loop.Now, ArrivedAt);
        session.Client = client;
        var offer = client.Offer(_loop.Now, _signalling.HasChannel, hears);
        var answer = await _signalling.ExchangeAsync(offer, hears, cancellationToken);
        var server = _swarm.Open(AnswerCandidates.First(answer));
        try
        {
            client.Accept(AnswerCandidates.Replace(answer, server), _loop.Now);
        }
        catch
        {
            _swarm.Close(server);
            throw;
        }

        session.Closed = one => Forget(one, server);
        lock (_gate)
        {
            _live.Add(session);
        }

        session.Entry = _loop.Add(client.Peer, session);
        try
        {
            await session.Joined.Task.WaitAsync(Patience, _time, cancellationToken);
        }
        catch
        {
            await session.LeaveAsync();
            throw;
        }

        return session;
    }

    /// <summary>Joins clients until there are as many as asked for, several at a time.</summary>
    /// <returns>How many could not join.</returns>
    public async Task<int> GrowAsync(int count, Func<int, Behaviour> behaviour, int decoded, int parallel, CancellationToken cancellationToken)
    {
        var failures = 0;
        var first = Count;
        await Parallel.ForAsync(
            first, count, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, async (index, token) =>
            {
                try
                {
                    await JoinAnyAsync(behaviour(index), index < decoded, token);
                }
                catch (Exception error) when (error is IOException or TimeoutException or HttpRequestException)
                {
                    Interlocked.Increment(ref failures);
                    await Console.Error.WriteLineAsync($"A client could not join: {error.Message}");
                }
            });
        return failures;
    }

    /// <summary>Closes the newest clients until only so many are left.</summary>
    public async Task ShrinkAsync(int count)
    {
        ILoadMember[] leaving;
        lock (_gate)
        {
            leaving = [.. _live.Skip(count)];
        }

        await Task.WhenAll(leaving.Select(LeaveAsync));
    }

    /// <summary>Runs something on the clients' loop and waits for it; there must be a client.</summary>
    public async Task OnLoopAsync(Action action)
    {
        MediaLoopEntry entry;
        lock (_gate)
        {
            entry = _live.OfType<LoadSession>().First().Entry!;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        entry.Post(
            (_, _, _) =>
            {
                action();
                done.SetResult();
            });
        await done.Task.WaitAsync(Patience, _time);
    }

    /// <summary>Sums of what the checks of all live clients found.</summary>
    public ReceptionTotals Totals()
    {
        lock (_gate)
        {
            return ReceptionTotals.Of([.. _live.OfType<LoadSession>()]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _live.OfType<LoadSession>())
        {
            session.IsLeaving = true;
        }

        await Task.WhenAll(_live.OfType<TextClient>().ToArray().Select(one => one.LeaveAsync()));
        _loop.Dispose();
        _dtls.Dispose();
        (_signalling as IDisposable)?.Dispose();
    }

    private async Task LeaveAsync(ILoadMember member)
    {
        await member.LeaveAsync();
        lock (_gate)
        {
            _live.Remove(member);
        }
    }

    private long ArrivedAt() => _swarm.ArrivedAt == 0 ? _loop.Now : _swarm.ArrivedAt - _loop.UnixMicrosecondsAtZero;

    private void Forget(LoadSession session, NetAddress server)
    {
        _swarm.Close(server);
        lock (_gate)
        {
            _live.Remove(session);
        }
    }

    private void Report(Exception error)
    {
        Faults++;
        Console.Error.WriteLine($"A client failed: {error}");
    }
}
