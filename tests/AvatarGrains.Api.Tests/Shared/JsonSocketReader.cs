using System.Net.WebSockets;
using System.Text.Json;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Reads the JSON messages that a server sends on a WebSocket. It fails the test that waits too long.</summary>
internal sealed class JsonSocketReader(ClientWebSocket socket)
{
    private readonly byte[] _buffer = new byte[4 << 20];

    /// <summary>The next message, or null when the server closes.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(_buffer.AsMemory(0, length).ToArray()).RootElement;
            }
        }
    }

    /// <summary>The messages up to the first of a type.</summary>
    public async Task<List<JsonElement>> ReadUntilAsync(string type)
    {
        var all = new List<JsonElement>();
        while (await ReadAsync() is { } message)
        {
            all.Add(message);
            if (message.GetProperty("type").GetString() == type)
            {
                return all;
            }
        }

        throw new InvalidOperationException(
            $"closed ({socket.CloseStatus}, {socket.CloseStatusDescription}) before {type}; got {string.Join(" ", all)}");
    }
}
