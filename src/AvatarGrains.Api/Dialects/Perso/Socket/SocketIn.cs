using System.Net.WebSockets;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>The receiving half of a socket: whole messages of bounded length.</summary>
internal sealed class SocketIn(WebSocket socket)
{
    private const int ReadBytes = 16 << 10;
    private const int KeptBytes = 256 << 10;

    private byte[] _buffer = new byte[ReadBytes];

    /// <summary>The next message, valid until the next call.</summary>
    /// <returns>Null at the end; <c>TooLong</c> when the message was longer than allowed and is dropped.</returns>
    public async ValueTask<(ReadOnlyMemory<byte> Message, bool TooLong)?> ReadAsync(CancellationToken cancellationToken)
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
                if (part.EndOfMessage)
                {
                    return (_buffer.AsMemory(0, length), tooLong || part.MessageType != WebSocketMessageType.Text);
                }

                if (length >= SocketLimits.MaxMessageBytes || tooLong)
                {
                    tooLong = true;
                    length = 0;
                }
                else if (length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, SocketLimits.MaxMessageBytes));
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
