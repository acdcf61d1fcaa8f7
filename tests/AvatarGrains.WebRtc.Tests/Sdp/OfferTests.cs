using System.Net;
using System.Runtime.CompilerServices;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sdp;
using AvatarGrains.WebRtc.Tests.Harness;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.WebRtc.Tests.Sdp;

public sealed class OfferTests
{
    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    [InlineData("aiortc")]
    public void Recorded_offer_gets_exactly_the_recorded_answer(string name)
    {
        var answer = Answer(Offer(name));
        var expected = File.ReadAllText(PathOf($"{name}.answer.sdp")).ReplaceLineEndings("\n");

        Assert.Equal(expected, answer.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    [InlineData("aiortc")]
    public void Answer_keeps_order_kinds_and_mids_of_the_offer(string name)
    {
        var offer = SdpParser.Parse(Offer(name));
        var answer = SdpParser.Parse(Answer(Offer(name)));

        Assert.Equal(offer.Media.Select(m => (m.Kind, m.Protocol, m.Mid)), answer.Media.Select(m => (m.Kind, m.Protocol, m.Mid)));
        Assert.All(answer.Media.Where(m => m.Port != 0), m =>
        {
            Assert.Equal("passive", m.Find("setup"));
            Assert.Equal(2, m.All("candidate").Count());
        });
    }

    [Fact]
    public void Second_video_line_is_refused_with_port_zero()
    {
        var answer = SdpParser.Parse(Answer(Offer("chromium")));

        Assert.Equal([false, false, true, false], answer.Media.Select(m => m.IsRejected));
        Assert.Equal(["0", "1", "3"], answer.BundledMids());
    }

    [Theory]
    [InlineData("sendrecv", "sendrecv", "sendonly")]
    [InlineData("recvonly", "sendonly", "sendonly")]
    [InlineData("sendonly", "recvonly", "inactive")]
    [InlineData("inactive", "inactive", "inactive")]
    public void Direction_is_mirrored(string offered, string audio, string video)
    {
        var lines = Offer("aiortc").Replace("a=recvonly", $"a={offered}", StringComparison.Ordinal)
            .Replace("a=sendrecv", $"a={offered}", StringComparison.Ordinal);
        var answer = SdpParser.Parse(Answer(lines));

        Assert.NotNull(answer.Media[0].Find(video));
        Assert.NotNull(answer.Media[1].Find(audio));
        Assert.Equal(audio.StartsWith("send", StringComparison.Ordinal), answer.Media[1].Find("msid") is not null);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("hello", "x=value")]
    [InlineData("m=audio 9 RTP/AVP 0", "v=0")]
    [InlineData("v=0\r\ns=-\r\n", "no media")]
    [InlineData("v=0\r\nm=audio nine UDP/TLS/RTP/SAVPF 111\r\n", "not a media line")]
    [InlineData("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 102\r\na=rtpmap:102 H264/90000\r\n", "Opus")]
    public void Bad_offer_is_refused_with_a_reason(string sdp, string reason)
    {
        var error = Assert.Throws<SdpException>(() => Answer(sdp));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=fingerprint", "fingerprint")]
    [InlineData("a=ice-ufrag", "ice-ufrag")]
    [InlineData("a=ice-pwd", "ice-pwd")]
    [InlineData("a=group:BUNDLE", "bundle")]
    [InlineData("a=rtcp-mux", "rtcp-mux")]
    public void Offer_without_a_needed_line_is_refused_with_its_name(string prefix, string reason)
    {
        var lines = Offer("chromium").Split('\n').Where(l => !l.StartsWith(prefix, StringComparison.Ordinal));
        var error = Assert.Throws<SdpException>(() => Answer(string.Join('\n', lines)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_offer_is_refused()
    {
        Assert.Throws<SdpException>(() => Answer("v=0\r\n" + new string('a', 1_000_000)));
        Assert.Throws<SdpException>(() => Answer("v=0\r\n" + string.Concat(Enumerable.Repeat("a=x\r\n", 10_000))));
        Assert.Throws<SdpException>(() => Answer("v=0\r\n" + string.Concat(Enumerable.Repeat("m=audio 9 X 0\r\n", 100))));
    }

    [Fact]
    public void Mutilated_offers_are_answered_or_refused_and_nothing_else()
    {
        string[] offers = [Offer("chromium"), Offer("firefox"), Offer("aiortc")];
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var text = offers[random.Next(3)].ToCharArray().ToList();
            for (var edits = random.Next(1, 12); edits > 0; edits--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0:
                        text[at] = (char)random.Next(0x20, 0x250);
                        break;
                    case 1:
                        text.RemoveRange(at, Math.Min(random.Next(200), text.Count - at));
                        break;
                    case 2:
                        text.InsertRange(at, text.GetRange(at, Math.Min(random.Next(100), text.Count - at)));
                        break;
                    default:
                        text.Insert(at, "\n\r:= /-0"[random.Next(8)]);
                        break;
                }
            }

            try
            {
                var sdp = new string([.. text]);
                Assert.Equal(SdpParser.Parse(sdp).Media.Count, SdpParser.Parse(Answer(sdp)).Media.Count);
            }
            catch (SdpException)
            {
                return;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private static string Answer(string offer)
    {
        var crypto = new FakeCrypto();
        var config = new PeerConfig
        {
            Dtls = crypto,
            Srtp = crypto,
            Random = new Random(5).NextBytes,
            Candidates = [NetAddress.From(IPAddress.Parse("203.0.113.9"), 8001), NetAddress.From(IPAddress.Parse("fd00::1"), 8001)],
        };
        return new Peer(
            config, new RecordingObserver(), new EmulatedWriter(new EmulatedNetwork(1, new NetworkConditions()), default)).AcceptOffer(offer, 0);
    }

    private static string Offer(string name) => File.ReadAllText(PathOf($"{name}.sdp"));

    private static string PathOf(string name, [CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Offers", name);
}
