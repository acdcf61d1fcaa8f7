using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>The addresses of this machine that a client can be told to send to.</summary>
public static class HostAddresses
{
    /// <summary>Host candidates for a port: the public address first when there is one, then IPv4, then IPv6, loopback last.</summary>
    /// <param name="port">The bound UDP port.</param>
    /// <param name="publicAddress">The address under which a 1:1 NAT shows this machine, or null.</param>
    /// <param name="ipv6">True when the socket receives IPv6.</param>
    public static IReadOnlyList<NetAddress> Candidates(ushort port, IPAddress? publicAddress, bool ipv6)
    {
        var found = NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork
                || (ipv6 && a.AddressFamily == AddressFamily.InterNetworkV6 && !a.IsIPv6LinkLocal && !a.IsIPv6Multicast))
            .OrderBy(a => IPAddress.IsLoopback(a) ? 2 : a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
            .Select(a => NetAddress.From(a, port));
        var first = publicAddress is null ? Enumerable.Empty<NetAddress>() : [NetAddress.From(publicAddress, port)];
        return [.. first.Concat(found).Distinct()];
    }
}
