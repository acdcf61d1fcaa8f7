using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Tests.Shared;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>A client of the session socket.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly JsonSocketReader _reader;

    private SocketClient() => _reader = new JsonSocketReader(_socket);

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
    public Task<JsonElement?> ReadAsync() => _reader.ReadAsync();

    /// <summary>The messages up to the first of a type.</summary>
    public Task<List<JsonElement>> ReadUntilAsync(string type) => _reader.ReadUntilAsync(type);

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        }

        _socket.Dispose();
    }
}
