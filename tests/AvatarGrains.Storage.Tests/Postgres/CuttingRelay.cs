using System.Net;
using System.Net.Sockets;

namespace AvatarGrains.Storage.Tests.Postgres;

/// <summary>
/// Stands between a client and a real server, and can end a connection at the worst moment: when the server has done what it was asked and
/// says so.
/// </summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _server;
    private readonly Task _accepting;
    private int _armed;
    private int _cuts;

    /// <param name="server">Path of the server's socket.</param>
    public CuttingRelay(string server)
    {
        _server = server;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string ConnectionString =>
        $"Host=127.0.0.1;Port={((IPEndPoint)_listener.LocalEndPoint!).Port};Username=postgres;Database=postgres;Keepalive=0";

    /// <summary>How many answers were cut off.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>An answer of the server is not passed on: the client's connection ends instead.</summary>
    /// <param name="which">1 for the next one, 2 for the one after it.</param>
    public void CutNextAnswer(int which = 1) => Volatile.Write(ref _armed, which);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(new UnixDomainSocketEndPoint(_server));
        using (client)
        {
            await Task.WhenAny(PassAsync(client, server, answers: false), PassAsync(server, client, answers: true));
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool answers)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (answers && Volatile.Read(ref _armed) > 0 && Interlocked.Decrement(ref _armed) == 0)
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side ended; the relay ends with it.
            return;
        }
    }
}
