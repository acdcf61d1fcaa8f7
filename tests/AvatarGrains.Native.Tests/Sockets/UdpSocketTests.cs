using System.Net;
using AvatarGrains.Native.Sockets;
using AvatarGrains.Testing;
using AvatarGrains.WebRtc;

namespace AvatarGrains.Native.Tests.Sockets;

public sealed class UdpSocketTests
{
    private const long Second = 1_000_000;
    private static readonly NetAddress AnyIPv4 = NetAddress.From(IPAddress.Loopback, 0);

    public UdpSocketTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");

    [Fact]
    public void Datagrams_arrive_whole_with_the_senders_address()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        using var b = UdpSocket.Bind(AnyIPv4);
        for (var i = 0; i < 200; i++)
        {
            a.Rent(1 + i).Slice(0, 1 + i).Fill((byte)i);
            a.Commit(1 + i, b.LocalAddress);
        }

        a.Flush();

        var seen = 0;
        while (seen < 200)
        {
            var count = b.Receive(Second, 50, (Span<byte> datagram, in NetAddress from) =>
            {
                Assert.Equal(a.LocalAddress, from);
                Assert.Equal(1 + seen, datagram.Length);
                Assert.Equal(-1, datagram.IndexOfAnyExcept((byte)seen));
                seen++;
            });
            Assert.InRange(count, 1, 50);
        }

        Assert.Equal(0, a.SendErrors);
    }

    [Fact]
    public void Neighbours_of_one_length_leave_together_and_arrive_as_they_were()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        using var b = UdpSocket.Bind(AnyIPv4);
        using var c = UdpSocket.Bind(AnyIPv4);
        var lengths = new[] { 900, 900, 900, 40, 40, 900, 1200, 1200, 0, 1200, 7, 8 };
        var targets = new[] { b, b, b, b, b, b, c, c, c, c, b, b };
        for (var i = 0; i < lengths.Length; i++)
        {
            a.Rent(lengths[i])[..lengths[i]].Fill((byte)i);
            a.Commit(lengths[i], targets[i].LocalAddress);
        }

        a.Flush();

        foreach (var receiver in new[] { b, c })
        {
            var expected = new Queue<int>(Enumerable.Range(0, lengths.Length).Where(i => targets[i] == receiver));
            while (expected.Count > 0)
            {
                Assert.NotEqual(0, receiver.Receive(5 * Second, 50, (Span<byte> datagram, in NetAddress _) =>
                {
                    var number = expected.Dequeue();
                    Assert.Equal(lengths[number], datagram.Length);
                    Assert.Equal(-1, datagram.IndexOfAnyExcept((byte)number));
                }));
            }
        }

        Assert.Equal((lengths.Length, 0), (a.DatagramsSent, a.SendErrors));
    }

    [Fact]
    public void Full_batches_of_one_length_arrive_whole()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        using var b = UdpSocket.Bind(AnyIPv4);
        for (var i = 0; i < 150; i++)
        {
            a.Rent(1200)[..1200].Fill((byte)i);
            a.Commit(1200, b.LocalAddress);
        }

        a.Flush();

        var seen = 0;
        while (seen < 150)
        {
            Assert.NotEqual(0, b.Receive(5 * Second, 200, (Span<byte> datagram, in NetAddress _) =>
            {
                Assert.Equal(1200, datagram.Length);
                Assert.Equal(-1, datagram.IndexOfAnyExcept((byte)seen++));
            }));
        }
    }

    [Fact]
    public void Neighbours_that_are_refused_are_counted_one_by_one()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        using var b = UdpSocket.Bind(AnyIPv4);
        var broadcast = NetAddress.From(IPAddress.Broadcast, 9);
        foreach (var to in new[] { broadcast, broadcast, broadcast, b.LocalAddress })
        {
            a.Rent(50);
            a.Commit(50, to);
        }

        a.Flush();

        Assert.Equal((1, 3), (a.DatagramsSent, a.SendErrors));
        Assert.Equal(1, b.Receive(5 * Second, 10, (Span<byte> _, in NetAddress _) => { }));
    }

    [Fact]
    public void Dual_stack_socket_takes_and_answers_both_families()
    {
        using var server = UdpSocket.Bind(NetAddress.From(IPAddress.IPv6Any, 0));
        using var v4 = UdpSocket.Bind(AnyIPv4);
        Exchange(v4, server, NetAddress.From(IPAddress.Loopback, server.LocalAddress.Port));
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6");
        using var v6 = UdpSocket.Bind(NetAddress.From(IPAddress.IPv6Loopback, 0));
        Exchange(v6, server, NetAddress.From(IPAddress.IPv6Loopback, server.LocalAddress.Port));
    }

    [Fact]
    public void Refused_datagrams_are_counted_and_the_rest_goes_on()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        using var b = UdpSocket.Bind(AnyIPv4);
        var nowhere = NetAddress.From(IPAddress.Parse("2001:db8::1"), 9);
        foreach (var to in new[] { b.LocalAddress, nowhere, b.LocalAddress })
        {
            a.Rent(4);
            a.Commit(4, to);
        }

        a.Flush();

        var count = 0;
        while (count < 2)
        {
            count += b.Receive(Second, 10, (Span<byte> _, in NetAddress _) => { });
        }

        Assert.Equal(1, a.SendErrors);
    }

    [Fact]
    public void A_closed_port_does_not_disturb_the_socket()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        NetAddress closed;
        using (var gone = UdpSocket.Bind(AnyIPv4))
        {
            closed = gone.LocalAddress;
        }

        a.Rent(4);
        a.Commit(4, closed);
        a.Flush();
        a.Rent(4);
        a.Commit(4, a.LocalAddress);
        a.Flush();

        Assert.Equal(1, a.Receive(Second, 10, (Span<byte> _, in NetAddress _) => { }));
    }

    [Fact]
    public async Task Wake_from_another_thread_ends_the_wait()
    {
        using var socket = UdpSocket.Bind(AnyIPv4);
        var waiting = Task.Run(() => socket.Receive(300 * Second, 10, (Span<byte> _, in NetAddress _) => { }));

        socket.Wake();

        Assert.Equal(0, await waiting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Port_in_use_is_one_clear_line()
    {
        using var first = UdpSocket.Bind(AnyIPv4);
        var error = Assert.Throws<IOException>(() => UdpSocket.Bind(first.LocalAddress));
        Assert.Equal($"cannot open UDP {first.LocalAddress}: Address already in use", error.Message);
    }

    [Fact]
    public void Moving_datagrams_does_not_allocate()
    {
        using var a = UdpSocket.Bind(AnyIPv4);
        using var b = UdpSocket.Bind(AnyIPv4);
        var to = b.LocalAddress;
        var bytes = 0;
        AvatarGrains.WebRtc.Sockets.DatagramHandler handler = (Span<byte> datagram, in NetAddress _) => bytes += datagram.Length;
        Assert.Equal(0, Allocations.Least(Round, 100));
        Assert.Equal(101 * 10 * 100, bytes);

        void Round()
        {
            for (var i = 0; i < 10; i++)
            {
                a.Rent(100);
                a.Commit(100, to);
            }

            a.Flush();
            for (var seen = 0; seen < 10;)
            {
                seen += b.Receive(Second, 64, handler);
            }
        }
    }

    private static void Exchange(UdpSocket client, UdpSocket server, NetAddress to)
    {
        client.Rent(3);
        client.Commit(3, to);
        client.Flush();
        NetAddress from = default;
        Assert.Equal(1, server.Receive(5 * Second, 10, (Span<byte> _, in NetAddress sender) => from = sender));
        Assert.Equal(client.LocalAddress, from);
        server.Rent(5);
        server.Commit(5, from);
        server.Flush();
        Assert.Equal(1, client.Receive(5 * Second, 10, (Span<byte> datagram, in NetAddress _) => Assert.Equal(5, datagram.Length)));
    }
}
