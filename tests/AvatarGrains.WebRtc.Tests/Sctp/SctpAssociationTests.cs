using System.Text;
using AvatarGrains.WebRtc.Sctp;

namespace AvatarGrains.WebRtc.Tests.Sctp;

public sealed class SctpAssociationTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Handshake_establishes_whoever_starts(bool clientStarts, bool serverStarts)
    {
        var client = new SctpEnd(true, 1);
        var server = new SctpEnd(false, 2);
        var network = new SctpNetwork(client, server);
        if (clientStarts)
        {
            client.Association.Start(network.Now);
        }

        if (serverStarts)
        {
            server.Association.Start(network.Now);
        }

        network.Run(Second);

        Assert.Equal(["established"], client.Events);
        Assert.Equal(["established"], server.Events);
    }

    [Fact]
    public void Handshake_survives_loss_of_any_packet()
    {
        for (var lost = 1; lost <= 6; lost++)
        {
            var client = new SctpEnd(true, 1);
            var server = new SctpEnd(false, 2);
            var count = 0;
            var network = new SctpNetwork(client, server) { Pass = _ => ++count != lost };
            client.Association.Start(network.Now);
            server.Association.Start(network.Now);

            Assert.True(network.Run(20 * Second, () => client.Events.Count == 1 && server.Events.Count == 1), $"packet {lost}");
        }
    }

    [Fact]
    public void Handshake_without_an_answer_ends_in_timeout()
    {
        var client = new SctpEnd(true, 1);
        var network = new SctpNetwork(client, new SctpEnd(false, 2)) { Loss = 1 };
        client.Association.Start(network.Now);

        network.Run(300 * Second);

        Assert.Equal(SctpCloseReason.Timeout, client.CloseReason);
        Assert.Equal(long.MaxValue, client.Association.NextDeadline);
    }

    [Fact]
    public void Channels_have_even_ids_from_the_client_and_odd_ones_from_the_server()
    {
        var network = SctpNetwork.Connected(out var client, out var server);

        Assert.True(client.Association.OpenChannel("one", "p", ChannelReliability.Default, network.Now, out var first));
        Assert.True(client.Association.OpenChannel("two", "", ChannelReliability.Default, network.Now, out var second));
        Assert.True(server.Association.OpenChannel("drei ü", "", ChannelReliability.Default, network.Now, out var third));
        network.Run(Second);

        Assert.Equal((0, 2, 1), (first, second, third));
        foreach (var end in new[] { client, server })
        {
            Assert.Equal(["established", "opened 0 one p", "opened 1 drei ü ", "opened 2 two "], end.Events.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Channel_opened_before_the_handshake_carries_its_messages_after_it()
    {
        var client = new SctpEnd(true, 1);
        var server = new SctpEnd(false, 2);
        var network = new SctpNetwork(client, server);
        Assert.True(client.Association.OpenChannel("early", "", ChannelReliability.Default, network.Now, out var channel));
        Assert.True(client.Association.Send(channel, true, "hello"u8, network.Now));
        client.Association.Start(network.Now);

        network.Run(Second);

        Assert.Equal("hello", Encoding.UTF8.GetString(Assert.Single(server.Messages).Data));
    }

    [Fact]
    public void Messages_of_every_kind_and_size_arrive_as_sent()
    {
        var network = SctpNetwork.Connected(out var client, out var server);
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);
        var random = new Random(4);
        var sent = new List<(bool Text, byte[] Data)>();
        foreach (var size in new[] { 0, 1, 2, 3, 4, 1115, 1116, 1117, 2232, 10_000, 65_536 })
        {
            var data = new byte[size];
            random.NextBytes(data);
            sent.Add((size % 2 == 0, data));
            Assert.True(client.Association.Send(channel, size % 2 == 0, data, network.Now));
        }

        Assert.True(network.Run(10 * Second, () => client.Association.BufferedBytes == 0 && server.Messages.Count == sent.Count));

        Assert.All(server.Messages.Zip(sent), pair =>
        {
            Assert.Equal(pair.Second.Text, pair.First.Text);
            Assert.Equal(pair.Second.Data, pair.First.Data);
        });
    }

    [Fact]
    public void Answer_from_inside_the_message_callback_is_sent()
    {
        var network = SctpNetwork.Connected(out var client, out var server);
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);
        server.MessageHandler = (id, data) => Assert.True(server.Association.Send(id, true, data, network.Now));
        client.Association.Send(channel, true, "echo"u8, network.Now);

        network.Run(Second);

        Assert.Equal("echo"u8.ToArray(), Assert.Single(client.Messages).Data);
    }

    [Fact]
    public void Full_send_buffer_and_too_large_messages_are_refused()
    {
        var network = SctpNetwork.Connected(out var client, out _, configure: o => o with { SendBuffer = 100_000, PeerMaxMessageSize = 50_000 });
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);

        Assert.False(client.Association.Send(channel, false, new byte[50_001], network.Now));
        Assert.True(client.Association.Send(channel, false, new byte[50_000], network.Now));
        Assert.False(client.Association.Send(channel, false, new byte[50_000], network.Now));
        Assert.False(client.Association.Send(77, false, new byte[1], network.Now));
        network.Run(5 * Second);
        Assert.True(client.Association.Send(channel, false, new byte[50_000], network.Now));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Message_beyond_the_receivers_limit_is_told_and_lost_alone(bool ordered)
    {
        var network = SctpNetwork.Connected(
            out var client, out var server, configure: o => o with { MaxMessageSize = 20_000, PeerMaxMessageSize = 1 << 20 });
        client.Association.OpenChannel("c", "", new ChannelReliability(ordered), network.Now, out var channel);
        client.Association.Send(channel, true, "before"u8, network.Now);
        network.Run(Second);
        Assert.True(client.Association.Send(channel, true, new byte[1 << 20], network.Now));
        client.Association.Send(channel, true, "after"u8, network.Now);

        network.Run(30 * Second);

        Assert.Equal(["before"u8.ToArray(), "after"u8.ToArray()], server.Messages.Select(m => m.Data));
        Assert.Single(server.Events, $"too large {channel}");
        Assert.Null(server.CloseReason);
        Assert.Null(client.CloseReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_delivers_what_was_sent_closes_both_sides_and_frees_the_id(bool fromClient)
    {
        var network = SctpNetwork.Connected(out var client, out var server);
        network.Loss = 0.1;
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);
        network.Run(5 * Second);
        var (closer, other) = fromClient ? (client, server) : (server, client);
        Assert.True(closer.Association.Send(channel, false, new byte[40_000], network.Now));
        closer.Association.CloseChannel(channel, network.Now);
        Assert.False(closer.Association.Send(channel, false, [1], network.Now));

        Assert.True(network.Run(60 * Second, () => client.Closed.Count == 1 && server.Closed.Count == 1));

        Assert.Equal(40_000, Assert.Single(other.Messages).Data.Length);
        Assert.True(client.Association.OpenChannel("again", "", ChannelReliability.Default, network.Now, out var reused));
        Assert.Equal(channel, reused);
        client.Association.Send(reused, true, "x"u8, network.Now);
        network.Run(20 * Second);
        Assert.Equal("x"u8.ToArray(), server.Messages[^1].Data);
    }

    [Fact]
    public void Shutdown_delivers_what_was_sent_and_ends_both()
    {
        var network = SctpNetwork.Connected(out var client, out var server);
        network.Loss = 0.05;
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);
        client.Association.Send(channel, false, new byte[50_000], network.Now);
        client.Association.Shutdown(network.Now);

        Assert.True(network.Run(60 * Second, () => client.CloseReason is not null && server.CloseReason is not null));

        Assert.Equal(SctpCloseReason.Local, client.CloseReason);
        Assert.Equal(SctpCloseReason.RemoteShutdown, server.CloseReason);
        Assert.Single(server.Messages);
    }

    [Fact]
    public void Abort_ends_both_at_once()
    {
        var network = SctpNetwork.Connected(out var client, out var server);

        client.Association.Abort();
        network.Run(Second);

        Assert.Equal(SctpCloseReason.Local, client.CloseReason);
        Assert.Equal(SctpCloseReason.RemoteAbort, server.CloseReason);
    }

    [Fact]
    public void Vanished_peer_is_noticed_while_sending()
    {
        var network = SctpNetwork.Connected(out var client, out _);
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out _);
        network.Loss = 1;

        network.Run(300 * Second);

        Assert.Equal(SctpCloseReason.Timeout, client.CloseReason);
    }

    [Fact]
    public void Idle_association_costs_two_packets_in_half_a_minute_and_stays_up()
    {
        var network = SctpNetwork.Connected(out var client, out var server);
        var before = network.Packets;

        network.Run(600 * Second);

        Assert.InRange(network.Packets - before, 20, 80);
        Assert.Null(client.CloseReason);
        Assert.Null(server.CloseReason);
    }

    [Fact]
    public void Too_many_channels_are_refused_on_both_sides()
    {
        var network = SctpNetwork.Connected(out var client, out var server, configure: o => o.IsDtlsClient ? o : o with { MaxChannels = 2 });
        for (var i = 0; i < 4; i++)
        {
            client.Association.OpenChannel($"c{i}", "", ChannelReliability.Default, network.Now, out _);
        }

        network.Run(5 * Second);

        Assert.Equal(2, server.Events.Count(e => e.StartsWith("opened", StringComparison.Ordinal)));
        Assert.False(server.Association.OpenChannel("x", "", ChannelReliability.Default, network.Now, out _));
        Assert.Equal<ushort>([4, 6], [.. client.Closed.Order()]);
    }
}
