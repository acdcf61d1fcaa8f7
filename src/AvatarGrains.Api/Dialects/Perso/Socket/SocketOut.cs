using System.Net.WebSockets;
using System.Threading.Channels;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>The sending half of a socket: one loop sends what many enqueue. A client that does not read is cut off. Thread-safe.</summary>
internal sealed class SocketOut(WebSocket socket)
{
    private const int Capacity = 1024;

    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private (WebSocketCloseStatus Status, string Reason) _close = (WebSocketCloseStatus.NormalClosure, "");

    /// <summary>Enqueues at once; what does not fit ends the connection.</summary>
    public void Post(byte[] message)
    {
        if (!_queue.Writer.TryWrite(message))
        {
            _queue.Writer.TryComplete();
        }
    }

    /// <summary>Enqueues when there is room.</summary>
    public async ValueTask SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(message, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            // The connection ends; whoever still has something to say need not know.
        }
    }

    /// <summary>Sends what waits, then closes.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        _close = (status, reason);
        _queue.Writer.TryComplete();
    }

    /// <summary>Runs until the socket is closed or broken.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(_close.Status, _close.Reason, cancellationToken);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The client is gone: the receiving half notices too, and ends the connection.
            _queue.Writer.TryComplete();
        }
    }
}
