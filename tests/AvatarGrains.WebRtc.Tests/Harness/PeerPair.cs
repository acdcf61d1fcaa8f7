using System.Net;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>A client and a server peer on an emulated network, driven in virtual time.</summary>
internal sealed class PeerPair
{
    public static readonly NetAddress ServerAddress = NetAddress.From(IPAddress.Parse("10.0.0.1"), 8001);
    public static readonly NetAddress ClientAddress = NetAddress.From(IPAddress.Parse("192.168.7.2"), 40_000);

    private readonly List<(long At, Action<long> Run)> _agenda = [];

    public PeerPair(int seed = 1, NetworkConditions? conditions = null, OfferOptions? options = null, Func<PeerConfig, PeerConfig>? configure = null)
    {
        var (dtls, srtp) = Crypto.Require();
        var random = new Random(seed);
        var config = new PeerConfig { Dtls = dtls, Srtp = srtp, Random = random.NextBytes, UnixMicrosecondsAtZero = 1_700_000_000_000_000 };
        config = configure?.Invoke(config) ?? config;
        Network = new EmulatedNetwork(seed, conditions ?? new NetworkConditions());
        ClientWriter = new EmulatedWriter(Network, ClientAddress);
        ServerWriter = new EmulatedWriter(Network, ServerAddress);
        Server = new Peer(config with { Candidates = [ServerAddress] }, ServerHears, ServerWriter);
        Client = new Peer(config, ClientHears, ClientWriter);
        Offer = Client.CreateOffer(options ?? new OfferOptions { Microphone = true }, 0);
        Answer = Server.AcceptOffer(Offer, 0);
        Client.AcceptAnswer(Answer, 0);
    }

    public EmulatedNetwork Network { get; }

    public EmulatedWriter ClientWriter { get; }

    public EmulatedWriter ServerWriter { get; }

    public Peer Client { get; }

    public Peer Server { get; }

    public RecordingObserver ClientHears { get; } = new();

    public RecordingObserver ServerHears { get; } = new();

    public string Offer { get; }

    public string Answer { get; }

    public long Now { get; private set; }

    /// <summary>When set, the client neither receives nor runs any more.</summary>
    public bool ClientIsGone { get; set; }

    public void At(long time, Action<long> run) => _agenda.Add((time, run));

    /// <summary>Runs a media source: called every interval until it is past the end.</summary>
    public void Every(long start, long interval, long end, Action<int, long> run)
    {
        for (var (i, at) = (0, start); at < end; i++, at += interval)
        {
            var index = i;
            At(at, now => run(index, now));
        }
    }

    public PeerPair Connect(long within = 10_000_000)
    {
        RunUntil(within, () => ClientHears.Connected && ServerHears.Connected);
        Assert.True(ClientHears.Connected, "client is not connected");
        Assert.True(ServerHears.Connected, "server is not connected");
        return this;
    }

    public void RunUntil(long end, Func<bool>? done = null)
    {
        _agenda.Sort((a, b) => a.At.CompareTo(b.At));
        while (done?.Invoke() != true)
        {
            var next = Math.Min(Network.NextAt, Math.Min(Server.NextDeadline, ClientIsGone ? long.MaxValue : Client.NextDeadline));
            if (_agenda.Count > 0)
            {
                next = Math.Min(next, _agenda[0].At);
            }

            if (next > end)
            {
                Now = Network.Now = end;
                return;
            }

            Now = Network.Now = Math.Max(Now, next);
            Step();
        }
    }

    private void Step()
    {
        while (_agenda.Count > 0 && _agenda[0].At <= Now)
        {
            var run = _agenda[0].Run;
            _agenda.RemoveAt(0);
            run(Now);
        }

        while (Network.TryTake(out var data, out var from, out var to))
        {
            if (to == ServerWriter.Address)
            {
                Server.Receive(data, from, Now);
            }
            else if (to == ClientWriter.Address && !ClientIsGone)
            {
                Client.Receive(data, from, Now);
            }
        }

        if (Server.NextDeadline <= Now)
        {
            Server.Advance(Now);
        }

        if (!ClientIsGone && Client.NextDeadline <= Now)
        {
            Client.Advance(Now);
        }
    }
}
