using System.Net.WebSockets;

namespace AvatarGrains.Api.Shared.Sockets;

/// <summary>The receiving half of a socket: whole messages of bounded length. For one reader.</summary>
internal sealed class SocketIn(WebSocket socket, int maxBytes)
{
    private const int ReadBytes = 16 << 10;
    private const int KeptBytes = 256 << 10;

    private byte[] _buffer = new byte[ReadBytes];

    /// <summary>The next message.</summary>
    /// <returns>Null at the end.</returns>
    public async ValueTask<SocketMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Length > KeptBytes)
        {
            _buffer = new byte[ReadBytes];
        }

        var length = 0;
        var tooLong = false;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += part.Count;
                tooLong |= length > maxBytes;
                if (part.EndOfMessage)
                {
                    return tooLong
                        ? new SocketMessage(SocketMessageKind.TooLong, default)
                        : new SocketMessage(
                            part.MessageType == WebSocketMessageType.Text ? SocketMessageKind.Text : SocketMessageKind.Binary,
                            _buffer.AsMemory(0, length));
                }

                if (length >= maxBytes || tooLong)
                {
                    tooLong = true;
                    length = 0;
                }
                else if (length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, maxBytes));
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
