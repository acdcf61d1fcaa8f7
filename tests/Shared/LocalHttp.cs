using System.Net;
using System.Net.Sockets;

namespace AvatarGrains.Testing;

/// <summary>Opens HTTP listeners on ports of the loopback interface that nobody has.</summary>
internal static class LocalHttp
{
    private const int Attempts = 20;

    /// <summary>Starts a listener.</summary>
    /// <returns>It, and its address with a slash at the end.</returns>
    public static (HttpListener Listener, string Address) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = $"http://127.0.0.1:{FreePort()}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < Attempts)
            {
                // Somebody took the port between the look and the start.
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
