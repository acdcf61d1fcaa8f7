using System.Net;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sdp;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Sockets;

public sealed class MediaLoopTests
{
    private static readonly NetAddress ServerAddress = PeerPair.ServerAddress;

    [Fact]
    public void Many_clients_on_one_socket_are_told_apart_and_one_that_throws_costs_no_other()
    {
        var world = new LoopWorld(clients: 8);
        world.Run(3_000_000);
        Assert.All(world.ServerHears, h => Assert.True(h.Connected));

        world.ServerHears[3].WhenAudio = () => throw new InvalidOperationException("broken on purpose");
        world.Clients.ForEach(c => c.SendAudio([1, 2, 3], 0, world.Now));
        world.Run(world.Now + 1_000_000);

        Assert.Equal(1, world.Loop.Faults);
        Assert.Equal("broken on purpose", Assert.Single(world.Faults).Message);
        Assert.Equal(PeerCloseReason.Bug, world.ServerHears[3].Closed);
        Assert.Equal(7, world.Loop.PeerCount);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(i == 3 ? 0 : 1, world.ServerHears[i].Audio.Count);
            Assert.Equal(i == 3 ? PeerCloseReason.Bug : null, world.ServerHears[i].Closed);
        }
    }

    [Fact]
    public void Ticks_are_spread_and_keep_their_period()
    {
        var world = new LoopWorld(clients: 10);
        world.Run(1_000_000);

        var first = world.Tickers.Select(t => t.Due[0] % 20_000).Order().ToList();
        Assert.All(first.Zip(first.Skip(1)), p => Assert.InRange(p.Second - p.First, 500, 4_000));
        Assert.All(world.Tickers, t =>
        {
            Assert.InRange(t.Due.Count, 47, 50);
            Assert.All(t.Due.Zip(t.Due.Skip(1)), p => Assert.Equal(20_000, p.Second - p.First));
            Assert.All(t.Due.Zip(t.At), p => Assert.InRange(p.Second - p.First, 0, 3_000));
        });
    }

    [Fact]
    public void Posted_actions_run_on_the_loop_and_are_dropped_when_the_peer_is_gone()
    {
        var world = new LoopWorld(clients: 2);
        world.Run(100_000);
        var runs = 0;
        world.Entries[0].Post((entry, state, _) => runs += ReferenceEquals(entry, world.Entries[0]) ? (int)state! : 100, 5);
        world.Run(world.Now + 50_000);
        Assert.Equal(5, runs);

        world.Entries[0].Close();
        world.Entries[0].Post((_, _, _) => runs++);
        world.Run(world.Now + 50_000);
        Assert.Equal(5, runs);
        Assert.Equal(PeerCloseReason.Local, world.ServerHears[0].Closed);
        Assert.Equal(1, world.Loop.PeerCount);
    }

    [Fact]
    public void Garbage_from_strangers_is_counted_and_disturbs_nobody()
    {
        var world = new LoopWorld(clients: 2);
        world.Run(2_000_000);
        var stranger = NetAddress.From(IPAddress.Parse("198.51.100.7"), 7);
        var random = new Random(4);
        for (var i = 0; i < 2000; i++)
        {
            world.Socket.Inject(Garbage.Make(random, world.Socket.Recorded), stranger);
        }

        world.Run(world.Now + 500_000);
        Assert.True(world.Loop.UnroutedDatagrams > 1000);
        Assert.Equal(0, world.Loop.Faults);
        Assert.All(world.ServerHears, h => Assert.Null(h.Closed));
    }

    [Fact]
    public void Disposing_the_loop_closes_every_peer()
    {
        var world = new LoopWorld(clients: 3);
        world.Run(1_000_000);
        world.Loop.Dispose();

        Assert.All(world.ServerHears, h => Assert.Equal(PeerCloseReason.Local, h.Closed));
    }

    [Fact]
    public async Task Peer_that_restarts_ice_is_found_by_its_new_ufrag_and_counted_once()
    {
        var world = new LoopWorld(clients: 2);
        world.Run(1_000_000);
        var asked = world.Entries[0].AskAsync(
            (peer, _) => peer.AcceptReoffer(world.Offers[0].Replace("a=ice-ufrag:", "a=ice-ufrag:x", StringComparison.Ordinal)));
        world.Run(world.Now + 100_000);
        Assert.True(asked.IsCompletedSuccessfully);
        var answer = await asked;
        Assert.NotNull(answer);
        Assert.Equal(2, world.Loop.PeerCount);
        var ufrag = world.Entries[0].Peer.LocalUfrag;
        Assert.Contains($"a=ice-ufrag:{ufrag}", answer, StringComparison.Ordinal);
        Assert.Equal(2, world.Entries[0].Ufrags.Count);

        world.Entries[0].Close();
        world.Run(world.Now + 100_000);
        Assert.Equal(1, world.Loop.PeerCount);
        var late = world.Entries[0].AskAsync((peer, _) => peer.LocalUfrag);
        var wrong = world.Entries[1].AskAsync((peer, _) => peer.AcceptReoffer("v=0"));
        world.Run(world.Now + 100_000);
        Assert.True(late.IsCompletedSuccessfully);
        Assert.Null(await late);
        Assert.IsType<SdpException>(wrong.Exception!.InnerException);
        Assert.Equal(0, world.Loop.Faults);
        var over = world.Entries[1].AskAsync((peer, _) => peer.LocalUfrag);
        world.Loop.Dispose();
        Assert.True(over.IsCompletedSuccessfully);
        Assert.Null(await over);
    }

    [Fact]
    public void Handshakes_are_computed_elsewhere_and_end_on_the_loop()
    {
        var steps = new Queue<Action>();
        var world = new LoopWorld(clients: 4, steps.Enqueue);
        world.Run(300_000);
        Assert.Equal(4, steps.Count);
        Assert.All(world.ServerHears, h => Assert.False(h.Connected));
        Assert.All(world.Tickers, t => Assert.True(t.Due.Count > 10));

        while (world.Now < 3_000_000)
        {
            while (steps.TryDequeue(out var step))
            {
                step();
            }

            world.Run(world.Now + 5_000);
        }

        Assert.All(world.ServerHears, h => Assert.True(h.Connected));
        world.Clients.ForEach(c => Assert.True(c.SendAudio([1, 2, 3], 0, world.Now)));
        world.Run(world.Now + 100_000);
        Assert.All(world.ServerHears, h => Assert.Single(h.Audio));
        Assert.Empty(steps);
        Assert.Equal(0, world.Loop.Faults);
        world.Loop.Dispose();
    }

    [Fact]
    public void Client_that_sends_again_while_a_step_is_computed_connects_all_the_same()
    {
        var steps = new Queue<Action>();
        var world = new LoopWorld(clients: 2, steps.Enqueue);
        world.Run(5_000_000);
        Assert.Equal(2, steps.Count);
        while (world.Now < 14_000_000 && !world.ServerHears.TrueForAll(h => h.Connected))
        {
            if (steps.TryDequeue(out var step))
            {
                step();
            }

            world.Run(world.Now + 400_000);
        }

        Assert.All(world.ServerHears, h => Assert.True(h.Connected));
        Assert.Equal(0, world.Loop.Faults);
        world.Loop.Dispose();
    }

    [Fact]
    public void Peer_that_is_closed_while_a_step_is_computed_takes_its_association_along()
    {
        var steps = new Queue<Action>();
        var world = new LoopWorld(clients: 3, steps.Enqueue);
        world.Run(300_000);
        world.Entries[0].Close();
        world.Run(world.Now + 50_000);
        Assert.Equal(PeerCloseReason.Local, world.ServerHears[0].Closed);

        while (steps.TryDequeue(out var step))
        {
            step();
        }

        world.Run(world.Now + 100_000);
        Assert.Equal(0, world.Loop.Faults);
        Assert.Equal(2, world.Loop.PeerCount);
        Assert.Equal(2, steps.Count);
        world.Entries[1].Close();
        world.Run(world.Now + 50_000);
        while (steps.TryDequeue(out var step))
        {
            step();
        }

        world.Loop.Dispose();
        Assert.Equal(0, world.Loop.Faults);
    }

    /// <summary>A loop on a fake socket in virtual time, and client peers that talk to it.</summary>
    private sealed class LoopWorld
    {
        private readonly VirtualTime _time = new();
        private readonly List<(NetAddress Address, Peer Peer)> _clients = [];

        public LoopWorld(int clients, Action<Action>? handshakes = null)
        {
            var (dtls, srtp) = Crypto.Require();
            Socket = new FakeSocket(ServerAddress, _time);
            Loop = new MediaLoop(Socket, new MediaLoopOptions { OnFault = Faults.Add, RunHandshake = handshakes }, _time);
            for (var i = 0; i < clients; i++)
            {
                var config = new PeerConfig { Dtls = dtls, Srtp = srtp, Random = new Random(i).NextBytes, Candidates = [ServerAddress] };
                var hears = new RecordingObserver();
                var ticker = new CountingTicker();
                var server = new Peer(config, hears, Loop.Writer);
                var address = PeerPair.ClientAddress with { Port = (ushort)(41_000 + i) };
                var client = new Peer(
                    config with { Random = new Random(1000 + i).NextBytes }, new RecordingObserver(), new SocketSide(Socket, address));
                Offers.Add(client.CreateOffer(new OfferOptions { Microphone = true }, 0));
                client.AcceptAnswer(server.AcceptOffer(Offers[i], 0), 0);
                ServerHears.Add(hears);
                Tickers.Add(ticker);
                Entries.Add(Loop.Add(server, ticker));
                _clients.Add((address, client));
            }
        }

        public FakeSocket Socket { get; }

        public MediaLoop Loop { get; }

        public List<Exception> Faults { get; } = [];

        public List<RecordingObserver> ServerHears { get; } = [];

        public List<CountingTicker> Tickers { get; } = [];

        public List<MediaLoopEntry> Entries { get; } = [];

        public List<string> Offers { get; } = [];

        public List<Peer> Clients => [.. _clients.Select(c => c.Peer)];

        public long Now => _time.Microseconds;

        public void Run(long until)
        {
            while (Now < until)
            {
                // The fake socket lets time pass while it is waited upon; one millisecond at most, then the clients get their turn.
                Loop.Turn(1_000);
                foreach (var (address, client) in _clients)
                {
                    while (Socket.TryTakeFor(address, out var datagram))
                    {
                        client.Receive(datagram, ServerAddress, Now);
                    }

                    if (client.NextDeadline <= Now)
                    {
                        client.Advance(Now);
                    }
                }
            }
        }
    }

    private sealed class CountingTicker : IMediaTicker
    {
        public List<long> Due { get; } = [];

        public List<long> At { get; } = [];

        public long Tick(long due, long now)
        {
            Due.Add(due);
            At.Add(now);
            return due + 20_000;
        }
    }

    private sealed class VirtualTime : TimeProvider
    {
        public long Microseconds { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => Microseconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(Microseconds);
    }

    private sealed class SocketSide(FakeSocket socket, NetAddress address) : IDatagramWriter
    {
        private readonly byte[] _buffer = new byte[2048];

        public Span<byte> Rent(int size) => _buffer;

        public void Commit(int length, in NetAddress to)
        {
            socket.Recorded.Add(_buffer[..length]);
            socket.Inject(_buffer[..length], address);
        }
    }

    private sealed class FakeSocket(NetAddress local, VirtualTime time) : IDatagramSocket
    {
        private readonly Queue<(byte[] Data, NetAddress From)> _incoming = new();
        private readonly Dictionary<NetAddress, Queue<byte[]>> _outgoing = [];
        private readonly byte[] _buffer = new byte[2048];

        public NetAddress LocalAddress => local;

        public long SendErrors => 0;

        public long DatagramsSent => 0;

        public long DatagramsReceived => 0;

        public long SendCalls => 0;

        public List<byte[]> Recorded { get; } = [];

        public void Inject(byte[] data, NetAddress from) => _incoming.Enqueue((data.ToArray(), from));

        public bool TryTakeFor(NetAddress address, out byte[] datagram)
        {
            datagram = [];
            return _outgoing.TryGetValue(address, out var queue) && queue.TryDequeue(out datagram!);
        }

        public Span<byte> Rent(int size) => _buffer;

        public void Commit(int length, in NetAddress to)
        {
            if (!_outgoing.TryGetValue(to, out var queue))
            {
                _outgoing[to] = queue = new Queue<byte[]>();
            }

            queue.Enqueue(_buffer[..length]);
        }

        public int Receive(long timeoutMicroseconds, int limit, DatagramHandler handler)
        {
            if (_incoming.Count == 0)
            {
                time.Microseconds += Math.Max(timeoutMicroseconds, 1);
            }

            var count = 0;
            for (; count < limit && _incoming.TryDequeue(out var item); count++)
            {
                handler(item.Data, item.From);
            }

            return count;
        }

        public void Flush()
        {
        }

        public void Wake()
        {
        }

        public void Dispose()
        {
        }
    }
}
