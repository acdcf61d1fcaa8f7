using System.Net.WebSockets;
using System.Threading.Channels;

namespace AvatarGrains.Api.Shared.Sockets;

/// <summary>The sending half of a socket: one loop sends what many enqueue. A client that does not read is cut off. Thread-safe.</summary>
internal sealed class SocketOut(WebSocket socket)
{
    private const int Capacity = 1024;
    private const int MaxWaitingBytes = 32 << 20;

    private readonly Channel<(byte[] Data, bool Text)> _queue =
        Channel.CreateBounded<(byte[], bool)>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private Farewell? _farewell;
    private long _waiting;

    /// <summary>Enqueues at once; what does not fit ends the connection.</summary>
    /// <param name="message">One whole message.</param>
    /// <param name="text">Whether it is UTF-8 text; bytes otherwise.</param>
    public void Post(byte[] message, bool text = true)
    {
        if (Interlocked.Add(ref _waiting, message.Length) > MaxWaitingBytes || !_queue.Writer.TryWrite((message, text)))
        {
            _queue.Writer.TryComplete();
        }
    }

    /// <summary>Enqueues when there is room. After the end of the connection it does nothing.</summary>
    public async ValueTask SendAsync(byte[] message, CancellationToken cancellationToken, bool text = true)
    {
        try
        {
            await _queue.Writer.WriteAsync((message, text), cancellationToken);
            Interlocked.Add(ref _waiting, message.Length);
        }
        catch (ChannelClosedException)
        {
            // The connection ends; whoever still has something to say need not know.
        }
    }

    /// <summary>Sends what waits, then closes. The first reason counts.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        Interlocked.CompareExchange(ref _farewell, new Farewell(status, reason), null);
        _queue.Writer.TryComplete();
    }

    /// <summary>Runs until the socket is closed or broken.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (data, text) in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                Interlocked.Add(ref _waiting, -data.Length);
                var type = text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                await socket.SendAsync(data, type, endOfMessage: true, cancellationToken);
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                var (status, reason) = _farewell ?? new Farewell(WebSocketCloseStatus.NormalClosure, "");
                await socket.CloseOutputAsync(status, reason, cancellationToken);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The client is gone: the receiving half notices too, and ends the connection.
            _queue.Writer.TryComplete();
        }
    }

    private sealed record Farewell(WebSocketCloseStatus Status, string Reason);
}
