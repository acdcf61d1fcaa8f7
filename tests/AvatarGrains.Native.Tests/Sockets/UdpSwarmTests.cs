using System.Net;
using AvatarGrains.Native.Sockets;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Native.Tests.Sockets;

public sealed class UdpSwarmTests
{
    private const long Patience = 2_000_000;

    [Fact]
    public void Each_client_has_a_port_of_its_own_and_hears_only_what_is_sent_there()
    {
        using var server = UdpSocket.Bind(NetAddress.From(IPAddress.Loopback, 0));
        using var swarm = new UdpSwarm();
        var first = swarm.Open(server.LocalAddress);
        var second = swarm.Open(server.LocalAddress);
        Send(swarm, first, 1);
        Send(swarm, second, 2);
        var from = new Dictionary<byte, NetAddress>();
        Collect(server, 2, (data, address) => from[data] = address);
        Assert.NotEqual(from[1].Port, from[2].Port);

        Send(server, from[1], 11);
        Send(server, from[2], 22);
        var heard = new Dictionary<byte, NetAddress>();
        Collect(swarm, 2, (data, address) => heard[data] = address);
        Assert.Equal(first, heard[11]);
        Assert.Equal(second, heard[22]);
    }

    [Fact]
    public void Datagram_carries_the_time_it_entered_the_machine_however_late_it_is_read()
    {
        using var server = UdpSocket.Bind(NetAddress.From(IPAddress.Loopback, 0));
        using var swarm = new UdpSwarm();
        var client = swarm.Open(server.LocalAddress);
        Send(swarm, client, 1);
        NetAddress port = default;
        Collect(server, 1, (_, address) => port = address);

        // Linux begins to stamp datagrams a moment after the first socket asks for it, and stamps those in between when they are read.
        bool StampedOnArrival()
        {
            var before = UnixMicroseconds();
            Send(server, port, 2);
            var sent = UnixMicroseconds();
            server.Receive(50_000, 1, (Span<byte> _, in NetAddress _) => { });
            Collect(swarm, 1, (_, _) => { });
            return swarm.ArrivedAt >= before - 1 && swarm.ArrivedAt <= sent + 1;
        }

        Assert.Contains(Enumerable.Range(0, 40), _ => StampedOnArrival());
    }

    [Fact]
    public void Closed_client_is_gone_and_the_others_stay()
    {
        using var server = UdpSocket.Bind(NetAddress.From(IPAddress.Loopback, 0));
        using var swarm = new UdpSwarm();
        var first = swarm.Open(server.LocalAddress);
        var second = swarm.Open(server.LocalAddress);
        swarm.Close(first);
        swarm.Flush();
        Assert.Equal(1, swarm.Count);
        Send(swarm, first, 1);
        Send(swarm, second, 2);
        Assert.Equal(1, swarm.SendErrors);
        var heard = new List<byte>();
        Collect(server, 1, (data, _) => heard.Add(data));
        Assert.Equal<byte>([2], heard);
    }

    private static long UnixMicroseconds() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static void Send(IDatagramSocket socket, in NetAddress to, byte value)
    {
        socket.Rent(1)[0] = value;
        socket.Commit(1, to);
        socket.Flush();
    }

    private static void Collect(IDatagramSocket socket, int count, Action<byte, NetAddress> take)
    {
        for (var left = count; left > 0;)
        {
            var got = socket.Receive(Patience, left, (Span<byte> data, in NetAddress from) => take(data[0], from));
            Assert.True(got > 0, "nothing came");
            left -= got;
        }
    }
}
