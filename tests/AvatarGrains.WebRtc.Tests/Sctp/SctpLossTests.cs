using System.Buffers.Binary;
using AvatarGrains.WebRtc.Sctp;

namespace AvatarGrains.WebRtc.Tests.Sctp;

public sealed class SctpLossTests
{
    private const long Second = 1_000_000;

    public static TheoryData<int, double, long, double> Networks
    {
        get
        {
            var data = new TheoryData<int, double, long, double>();
            for (var seed = 1; seed <= 10; seed++)
            {
                data.Add(seed, 0, 100_000, 0.1);
                data.Add(seed, 0.05, 50_000, 0);
                data.Add(seed, 0.2, 30_000, 0.05);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Everything_arrives_once_and_in_order(int seed, double loss, long jitter, double duplication)
    {
        var network = SctpNetwork.Connected(out var client, out var server, seed);
        (network.Loss, network.Jitter, network.Duplication) = (loss, jitter, duplication);
        var random = new Random(seed);
        client.Association.OpenChannel("a", "", ChannelReliability.Default, network.Now, out var a);
        client.Association.OpenChannel("b", "", ChannelReliability.Default, network.Now, out var b);
        server.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var c);
        for (var i = 0; i < 150; i++)
        {
            Assert.True(client.Association.Send(a, false, Numbered(i, random.Next(4, 300)), network.Now));
            Assert.True(client.Association.Send(b, false, Numbered(i, random.Next(4, i % 20 == 0 ? 9000 : 100)), network.Now));
            Assert.True(server.Association.Send(c, false, Numbered(i, random.Next(4, 2500)), network.Now));
            network.Run(random.NextInt64(20_000));
        }

        Assert.True(
            network.Run(600 * Second, () => server.Messages.Count == 300 && client.Messages.Count == 150),
            $"{server.Messages.Count} and {client.Messages.Count} messages");
        network.Run(5 * Second);
        AssertInOrder(server.Messages.Where(m => m.Channel == a));
        AssertInOrder(server.Messages.Where(m => m.Channel == b));
        AssertInOrder(client.Messages.Where(m => m.Channel == c));
        Assert.Equal(0, client.Association.BufferedBytes);
        Assert.Equal(0, server.Association.BufferedBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Unordered_channel_delivers_everything_once(int seed)
    {
        var network = SctpNetwork.Connected(out var client, out var server, seed);
        client.Association.OpenChannel("u", "", new ChannelReliability(false), network.Now, out var channel);
        network.Run(Second);
        (network.Loss, network.Jitter) = (0.1, 60_000);
        for (var i = 0; i < 200; i++)
        {
            client.Association.Send(channel, false, Numbered(i, i % 10 == 0 ? 5000 : 50), network.Now);
            network.Run(5_000);
        }

        network.Run(120 * Second, () => server.Messages.Count == 200);

        var numbers = server.Messages.Select(m => BinaryPrimitives.ReadInt32BigEndian(m.Data)).ToList();
        Assert.Equal(Enumerable.Range(0, 200), numbers.Order());
        Assert.NotEqual(numbers.Order(), numbers);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    [InlineData(false, 4)]
    public void Unreliable_channel_gives_up_lost_messages_and_goes_on(bool ordered, int seed)
    {
        var network = SctpNetwork.Connected(out var client, out var server, seed);
        client.Association.OpenChannel("p", "", new ChannelReliability(ordered, MaxRetransmits: 0), network.Now, out var channel);
        network.Run(Second);
        network.Loss = 0.2;
        for (var i = 0; i < 300; i++)
        {
            client.Association.Send(channel, false, Numbered(i, i % 7 == 0 ? 4000 : 60), network.Now);
            network.Run(20_000);
        }

        network.Loss = 0;
        client.Association.Send(channel, false, Numbered(300, 8), network.Now);
        Assert.True(network.Run(60 * Second, () => client.Association.BufferedBytes == 0));
        network.Run(Second);

        var numbers = server.Messages.Select(m => BinaryPrimitives.ReadInt32BigEndian(m.Data)).ToList();
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.InRange(numbers.Count, 100, 299);
        Assert.Contains(300, numbers);
        if (ordered)
        {
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [Fact]
    public void Expired_messages_are_not_delivered_and_the_next_ones_are()
    {
        var network = SctpNetwork.Connected(out var client, out var server);
        client.Association.OpenChannel("t", "", new ChannelReliability(true, MaxLifetimeMicroseconds: 200_000), network.Now, out var channel);
        network.Run(Second);
        network.Loss = 1;
        client.Association.Send(channel, false, Numbered(1, 30_000), network.Now);
        client.Association.Send(channel, false, Numbered(2, 100), network.Now);
        network.Run(3 * Second);
        network.Loss = 0;
        network.Run(10 * Second);
        client.Association.Send(channel, false, Numbered(3, 100), network.Now);

        network.Run(10 * Second);

        Assert.Equal([3], server.Messages.Select(m => BinaryPrimitives.ReadInt32BigEndian(m.Data)));
        Assert.Equal(0, client.Association.BufferedBytes);
    }

    [Fact]
    public void Megabyte_messages_pass_a_lossy_network()
    {
        var network = SctpNetwork.Connected(out var client, out var server, 3, o => o with { PeerMaxMessageSize = 1 << 20 });
        client.Association.OpenChannel("big", "", ChannelReliability.Default, network.Now, out var channel);
        network.Run(Second);
        network.Loss = 0.01;
        var data = new byte[1 << 20];
        new Random(1).NextBytes(data);
        Assert.True(client.Association.Send(channel, false, data, network.Now));
        Assert.True(client.Association.Send(channel, false, data, network.Now));

        Assert.True(network.Run(300 * Second, () => server.Messages.Count == 2));

        Assert.All(server.Messages, m => Assert.Equal(data, m.Data));
    }

    private static byte[] Numbered(int number, int size)
    {
        var data = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(data, number);
        return data;
    }

    private static void AssertInOrder(IEnumerable<(ushort Channel, bool Text, byte[] Data)> messages) =>
        Assert.Equal(Enumerable.Range(0, 150), messages.Select(m => BinaryPrimitives.ReadInt32BigEndian(m.Data)));
}
