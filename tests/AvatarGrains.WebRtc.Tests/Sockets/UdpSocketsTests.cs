using System.Net;
using AvatarGrains.Native.Sockets;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Tests.Sockets;

/// <summary>What every implementation of the socket port has to do, over the loopback interface.</summary>
public sealed class UdpSocketsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagrams_pass_in_both_address_families_with_their_sender(bool native)
    {
        using var one = Open(native);
        using var two = Open(native);
        byte[][] loopbacks = [IPAddress.Loopback.GetAddressBytes(), IPAddress.IPv6Loopback.GetAddressBytes()];
        foreach (var loopback in loopbacks)
        {
            var to = NetAddress.From(new IPAddress(loopback), two.LocalAddress.Port);
            for (var i = 0; i < 100; i++)
            {
                var buffer = one.Rent(3);
                buffer[0] = 0x80;
                buffer[1] = (byte)i;
                one.Commit(2, to);
            }

            one.Flush();
            var seen = new List<(byte, NetAddress)>();
            while (seen.Count < 100 && two.Receive(2_000_000, 64, (Span<byte> data, in NetAddress from) => seen.Add((data[1], from))) > 0)
            {
            }

            Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), seen.Select(s => s.Item1));
            Assert.All(seen, s => Assert.Equal(NetAddress.From(new IPAddress(loopback), one.LocalAddress.Port), s.Item2));
        }

        Assert.Equal(0, one.SendErrors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wake_ends_the_wait(bool native)
    {
        using var socket = Open(native);
        var waiting = Task.Run(() => socket.Receive(300_000_000, 64, (Span<byte> _, in NetAddress _) => { }));
        socket.Wake();

        await waiting.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    private static IDatagramSocket Open(bool native)
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6 on this machine");
        return native ? UdpSocket.Bind(NetAddress.From(IPAddress.IPv6Any, 0)) : new UdpDatagramSocket(0);
    }
}
