using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>A client of the session socket.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<SocketClient> ConnectAsync(PersoServer server, string id) => ConnectToAsync(server, $"/api/v1/session/{id}/ws/");

    public static async Task<SocketClient> ConnectToAsync(PersoServer server, string path)
    {
        var client = new SocketClient();
        var address = server.Next;
        await client._socket.ConnectAsync(new Uri($"ws://{address.Authority}{path}"), Token);
        return client;
    }

    public Task SendAsync(string json) => _socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, Token);

    public Task SendAsync(string type, string? id, object payload) => SendAsync(JsonSerializer.Serialize(new { type, id, payload }));

    public Task SendBinaryAsync(byte[] bytes) => _socket.SendAsync(bytes, WebSocketMessageType.Binary, true, Token);

    /// <summary>The next message, or null when the server closes.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
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

        throw new InvalidOperationException($"closed ({CloseStatus}, {CloseReason}) before {type}; got {string.Join(" ", all)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        }

        _socket.Dispose();
    }
}
