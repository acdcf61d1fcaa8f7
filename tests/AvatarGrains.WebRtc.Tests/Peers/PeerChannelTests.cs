using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Peers;

public sealed class PeerChannelTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Messages_pass_in_order_both_ways_beside_media(double loss)
    {
        var pair = new PeerPair(21, new NetworkConditions(Loss: loss, Delay: 20_000, Jitter: 20_000)).Connect();
        var channel = pair.Client.OpenChannel("events", "", pair.Now);
        Assert.NotNull(channel);
        pair.RunUntil(pair.Now + (5 * Second), () => pair.ServerHears.Opened.Count > 0);
        Assert.Equal((channel!.Value, "events"), Assert.Single(pair.ServerHears.Opened));
        var start = pair.Now;
        pair.Every(start, 20_000, start + (2 * Second), (i, now) =>
        {
            Assert.True(pair.Client.SendMessage(channel.Value, true, [(byte)i], now));
            Assert.True(pair.Server.SendMessage(channel.Value, false, new byte[2000 + i], now));
            pair.Server.SendAudio([1], (uint)(i * 960), now);
        });
        pair.RunUntil(start + (20 * Second), () => pair.ServerHears.Messages.Count == 100 && pair.ClientHears.Messages.Count == 100);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), pair.ServerHears.Messages.Select(m => m.Data[0]));
        Assert.Equal(Enumerable.Range(2000, 100), pair.ClientHears.Messages.Select(m => m.Data.Length));
        Assert.All(pair.ServerHears.Messages, m => Assert.True(m.Text));
        Assert.All(pair.ClientHears.Messages, m => Assert.False(m.Text));
    }

    [Fact]
    public void Channel_opened_by_the_server_reaches_the_client_and_closes()
    {
        var pair = new PeerPair().Connect();
        var channel = pair.Server.OpenChannel("control", "", pair.Now)!.Value;
        Assert.True(pair.Server.SendMessage(channel, true, "at once"u8, pair.Now));
        pair.RunUntil(pair.Now + Second);
        Assert.Equal("at once"u8.ToArray(), Assert.Single(pair.ClientHears.Messages).Data);

        pair.Client.CloseChannel(channel, pair.Now);
        pair.RunUntil(pair.Now + Second);
        Assert.Equal([channel], pair.ServerHears.ClosedChannels);
        Assert.Null(pair.ServerHears.Closed);
    }

    [Fact]
    public void Peer_without_channels_refuses_them()
    {
        var pair = new PeerPair(options: new OfferOptions { Channels = false }).Connect();

        Assert.False(pair.Server.HasChannels);
        Assert.Null(pair.Server.OpenChannel("x", "", pair.Now));
        Assert.False(pair.Server.SendMessage(1, true, "x"u8, pair.Now));
    }
}
