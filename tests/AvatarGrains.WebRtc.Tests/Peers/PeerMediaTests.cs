using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Peers;

public sealed class PeerMediaTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Pair_connects_within_half_a_second_of_virtual_time()
    {
        var pair = new PeerPair().Connect();

        Assert.InRange(pair.Now, 0, Second / 2);
        Assert.True(pair.Server.SendsAudio && pair.Server.ReceivesAudio && pair.Server.SendsVideo && pair.Server.HasChannels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Handshake_survives_heavy_loss(int seed)
    {
        new PeerPair(seed, new NetworkConditions(Loss: 0.25, Delay: 20_000, Jitter: 30_000, Duplicate: 0.1)).Connect(25 * Second);
    }

    [Fact]
    public void Audio_flows_both_ways_unchanged()
    {
        var pair = new PeerPair().Connect();
        var start = pair.Now;
        pair.Every(start, 20_000, start + Second, (i, now) =>
        {
            Assert.True(pair.Server.SendAudio([1, 2, (byte)i], (uint)(i * 960), now));
            Assert.True(pair.Client.SendAudio([9, (byte)i], (uint)(i * 960), now));
        });
        pair.RunUntil(start + (2 * Second));

        Assert.Equal(50, pair.ClientHears.Audio.Count);
        Assert.Equal(50, pair.ServerHears.Audio.Count);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (byte)i), pair.ClientHears.Audio.Select(a => a.Opus[2]));
        Assert.All(pair.ServerHears.Audio.Zip(pair.ServerHears.Audio.Skip(1)), p =>
        {
            Assert.Equal(1, (ushort)(p.Second.Sequence - p.First.Sequence));
            Assert.Equal(960u, p.Second.Timestamp - p.First.Timestamp);
        });
    }

    [Fact]
    public void Video_frames_arrive_whole_and_key_frame_is_spread()
    {
        var pair = new PeerPair().Connect();
        var sizes = new List<(long At, int Length)>();
        pair.Network.Tap = (data, from, _, now) =>
        {
            if (from == PeerPair.ServerAddress && data[0] >= 128)
            {
                sizes.Add((now, data.Length));
            }
        };
        var start = pair.Now;
        pair.Every(start, 40_000, start + Second, (i, now) =>
            Assert.True(pair.Server.SendVideo(FakeVideo.Frame(i, i == 0, i == 0 ? 60_000 : 1900), i == 0, i != 0, (uint)(i * 3600), now)));
        pair.RunUntil(start + (2 * Second));

        Assert.Equal(25, pair.ClientHears.Frames.Count);
        Assert.All(
            pair.ClientHears.Frames.Select((f, i) => (f, i)), p => Assert.Equal(FakeVideo.Frame(p.i, p.i == 0, p.i == 0 ? 60_000 : 1900), p.f.Data));
        Assert.All(sizes, s => Assert.InRange(s.Length, 1, 1200));
        Assert.InRange(sizes.GroupBy(s => s.At).Max(g => g.Count()), 1, 6);
        var descriptors = pair.ClientHears.Descriptors;
        Assert.Equal(0, descriptors[0].TemporalLayer);
        Assert.All(descriptors.Skip(1), d =>
        {
            Assert.Equal(1, d.TemporalLayer);
            Assert.True(d.LayerSync && d.NonReference);
            Assert.Equal(descriptors[0].Tl0PicIdx, d.Tl0PicIdx);
        });
        Assert.All(descriptors.Zip(descriptors.Skip(1)), p => Assert.Equal((p.First.PictureId + 1) & 0x7FFF, p.Second.PictureId));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Media_goes_on_at_five_percent_loss_and_fifty_milliseconds_of_jitter(int seed)
    {
        var pair = new PeerPair(seed, new NetworkConditions(Loss: 0.05, Delay: 20_000, Jitter: 50_000, Duplicate: 0.01)).Connect();
        var start = pair.Now;
        var wanted = true;
        pair.ServerHears.WhenKeyFrameRequested = () => wanted = true;
        pair.Every(start, 20_000, start + (30 * Second), (i, now) => pair.Server.SendAudio([1, (byte)i], (uint)(i * 960), now));
        pair.Every(start, 40_000, start + (30 * Second), (i, now) =>
        {
            pair.Server.SendVideo(FakeVideo.Frame(i, wanted, wanted ? 30_000 : 1900), wanted, !wanted, (uint)(i * 3600), now);
            wanted = false;
        });
        pair.Every(start + Second, 250_000, start + (30 * Second), (_, now) =>
        {
            if (pair.ClientHears.Assembler.NeedsKeyFrame)
            {
                pair.Client.RequestKeyFrame(now);
            }
        });
        pair.RunUntil(start + (32 * Second));

        Assert.InRange(pair.ClientHears.Audio.Count, 1500 * 0.92, 1500);
        Assert.InRange(pair.ClientHears.Audio.Zip(pair.ClientHears.Audio.Skip(1)).Max(p => p.Second.Now - p.First.Now), 0, 250_000);
        Assert.InRange(pair.ClientHears.Frames.Count, 750 * 0.93, 750);
        Assert.InRange(pair.ClientHears.Frames.Zip(pair.ClientHears.Frames.Skip(1)).Max(p => p.Second.Now - p.First.Now), 0, 600_000);
        Assert.True(pair.Server.Stats.PacketsResent > 0, "nothing was sent again");
        Assert.InRange(pair.Server.Stats.LossReported, 0, 0.3);
        Assert.InRange(pair.Server.Stats.RoundTripTime, 30_000, 200_000);
    }

    [Fact]
    public void Key_frame_request_is_told_and_repeated_ones_are_held_back()
    {
        var pair = new PeerPair().Connect();
        var start = pair.Now;
        pair.Server.SendVideo(FakeVideo.Frame(0, true, 5000), true, false, 0, start);
        pair.Every(start + 100_000, 20_000, start + 400_000, (_, now) => Assert.True(pair.Client.RequestKeyFrame(now)));
        pair.RunUntil(start + (2 * Second));

        Assert.Equal(15, pair.Server.Stats.KeyFrameRequestsReceived);
        Assert.Equal(2, pair.ServerHears.KeyFrameRequests);
    }

    [Fact]
    public void Vanished_client_is_noticed_first_as_silence_then_by_consent()
    {
        var pair = new PeerPair().Connect();
        var start = pair.Now;
        pair.RunUntil(start + (40 * Second));
        Assert.Null(pair.ServerHears.Closed);
        Assert.DoesNotContain(true, pair.ServerHears.Silences);

        pair.ClientIsGone = true;
        var gone = pair.Now;
        pair.RunUntil(gone + (8 * Second));
        Assert.Equal([true], pair.ServerHears.Silences);
        Assert.Null(pair.ServerHears.Closed);
        pair.RunUntil(gone + (31 * Second));
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.ServerHears.Closed);
        Assert.Equal(long.MaxValue, pair.Server.NextDeadline);
    }

    [Fact]
    public void Client_that_never_comes_times_out()
    {
        var pair = new PeerPair { ClientIsGone = true };
        pair.ClientWriter.Address = default;
        pair.RunUntil(31 * Second);

        Assert.Equal(PeerCloseReason.ConnectTimeout, pair.ServerHears.Closed);
    }

    [Fact]
    public void Close_is_told_to_the_other_side()
    {
        var pair = new PeerPair().Connect();
        pair.Client.Close(pair.Now);
        pair.RunUntil(pair.Now + Second);

        Assert.Equal(PeerCloseReason.Local, pair.ClientHears.Closed);
        Assert.Equal(PeerCloseReason.RemoteClosed, pair.ServerHears.Closed);
        Assert.False(pair.Server.SendAudio([1], 0, pair.Now));
    }

    [Fact]
    public void Client_that_changes_its_address_is_followed()
    {
        var pair = new PeerPair().Connect();
        var start = pair.Now;
        pair.ClientWriter.Address = PeerPair.ClientAddress with { Port = 40_777 };
        pair.Every(start, 20_000, start + (20 * Second), (i, now) => pair.Server.SendAudio([7], (uint)(i * 960), now));
        pair.RunUntil(start + (20 * Second));

        Assert.True(pair.ClientHears.Audio.Count(a => a.Now > start + (15 * Second)) > 240, "audio does not follow the client");
    }

    [Fact]
    public void Wrong_certificate_is_refused()
    {
        var (dtls, srtp) = Crypto.Require();
        var pair = new PeerPair();
        var other = new string('0', 2) + string.Concat(Enumerable.Repeat(":00", 31));
        var offer = string.Join(
            "\r\n",
            pair.Offer.Split("\r\n").Select(l => l.StartsWith("a=fingerprint", StringComparison.Ordinal) ? $"a=fingerprint:sha-256 {other}" : l));
        var hears = new RecordingObserver();
        var server = new Peer(new PeerConfig { Dtls = dtls, Srtp = srtp, Candidates = [PeerPair.ServerAddress] }, hears, pair.ServerWriter);
        var client = new Peer(new PeerConfig { Dtls = dtls, Srtp = srtp }, new RecordingObserver(), pair.ClientWriter);
        client.CreateOffer(new OfferOptions(), 0);
        client.AcceptAnswer(server.AcceptOffer(offer.Replace(pair.Client.LocalUfrag, client.LocalUfrag, StringComparison.Ordinal), 0), 0);
        for (var now = 0L; now < 5 * Second && hears.Closed is null; now += 1000)
        {
            pair.Network.Now = now;
            client.Advance(now);
            server.Advance(now);
            while (pair.Network.TryTake(out var data, out var from, out var to))
            {
                (to == PeerPair.ServerAddress ? server : client).Receive(data, from, now);
            }
        }

        Assert.Equal(PeerCloseReason.DtlsFailed, hears.Closed);
        Assert.False(hears.Connected);
    }
}
