using AvatarGrains.Testing;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Peers;

public sealed class PeerRobustnessTests
{
    [Fact]
    public void Garbage_of_every_kind_leaves_a_connected_pair_alone()
    {
        var pair = new PeerPair();
        var recorded = new List<byte[]>();
        pair.Network.Tap = (data, _, to, _) =>
        {
            if (to == PeerPair.ServerAddress && recorded.Count < 500)
            {
                recorded.Add(data);
            }
        };
        pair.Connect();
        pair.Every(pair.Now, 20_000, pair.Now + 1_000_000, (i, now) => pair.Client.SendAudio([1, 2, 3], (uint)(i * 960), now));
        pair.RunUntil(pair.Now + 1_500_000);
        var heard = pair.ServerHears.Audio.Count;
        var stranger = PeerPair.ClientAddress with { Port = 9 };

        Garbage.ForManySeeds(random =>
        {
            // An alert record forged before the keys are known to be right may not close what is connected.
            var data = Garbage.Make(random, recorded);
            pair.Server.Receive(data, random.Next(2) == 0 ? stranger : PeerPair.ClientAddress, pair.Now);
        });

        Assert.Null(pair.ServerHears.Closed);
        var start = pair.Now;
        pair.Every(start, 20_000, start + 1_000_000, (i, now) =>
        {
            Assert.True(pair.Client.SendAudio([1, 2, 3], (uint)((i + 50) * 960), now));
            Assert.True(pair.Server.SendAudio([1, 2, 3], (uint)(i * 960), now));
        });
        pair.RunUntil(start + 1_500_000);
        Assert.Equal(heard + 50, pair.ServerHears.Audio.Count);
        Assert.Equal(50, pair.ClientHears.Audio.Count);
    }

    [Fact]
    public void Garbage_during_the_handshake_does_not_throw()
    {
        var pair = new PeerPair();
        var recorded = new List<byte[]>();
        pair.Network.Tap = (data, _, to, _) => recorded.Add(data);
        pair.Connect();

        for (var seed = 0; seed < 30; seed++)
        {
            var other = new PeerPair(seed);
            var random = new Random(seed);
            other.Every(0, 5_000, 2_000_000, (_, now) => other.Server.Receive(Garbage.Make(random, recorded), PeerPair.ClientAddress, now));
            other.RunUntil(3_000_000);
        }
    }

    [Fact]
    public void Steady_media_allocates_nothing()
    {
        var pair = new PeerPair().Connect();
        var start = pair.Now;
        pair.Server.SendVideo(FakeVideo.Frame(0, true, 30_000), true, false, 0, start);
        pair.RunUntil(start + 500_000);
        var frame = FakeVideo.Frame(1, false, 1900);
        var sink = new NullWriterPeer(pair);
        var from = 0;
        Assert.Equal(0, Allocations.Least(() =>
        {
            Media(sink, frame, from, 1000);
            from += 1000;
        }));
    }

    private static void Media(NullWriterPeer sink, byte[] frame, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var now = sink.Start + (i * 40_000L);
            sink.Pair.Network.Now = now;
            sink.Pair.Server.SendAudio([1, 2, 3], (uint)(i * 1920), now);
            sink.Pair.Server.SendVideo(frame, false, true, (uint)(i * 3600), now);
            if (sink.Pair.Server.NextDeadline <= now)
            {
                sink.Pair.Server.Advance(now);
            }
        }
    }

    /// <summary>The server of a pair, cut off from its network so that only its own allocations count.</summary>
    private sealed class NullWriterPeer
    {
        public NullWriterPeer(PeerPair pair)
        {
            Pair = pair;
            Start = pair.Now;
            pair.ServerWriter.IsCut = true;
        }

        public PeerPair Pair { get; }

        public long Start { get; }
    }
}
