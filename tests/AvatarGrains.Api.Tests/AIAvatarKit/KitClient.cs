using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Tests.Shared;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

/// <summary>A client of the dialect's WebSockets.</summary>
internal sealed class KitClient : IAsyncDisposable
{
    private readonly JsonSocketReader _reader;

    private KitClient() => _reader = new JsonSocketReader(Socket);

    public ClientWebSocket Socket { get; } = new();

    public WebSocketCloseStatus? CloseStatus => Socket.CloseStatus;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<KitClient> ConnectAsync(KitServer server, string path = "/ws", Action<ClientWebSocketOptions>? options = null)
    {
        var client = new KitClient();
        options?.Invoke(client.Socket.Options);
        await client.Socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}{path}"), Token);
        return client;
    }

    /// <summary>A client that has started.</summary>
    public static async Task<KitClient> StartAsync(KitServer server, string session = "s1", string? context = null)
    {
        var client = await ConnectAsync(server);
        await client.SendAsync(new { type = "start", session_id = session, user_id = "u1", context_id = context, metadata = new { } });
        Assert.Equal("connected", (await client.ReadAsync())!.Value.GetProperty("type").GetString());
        return client;
    }

    public Task SendAsync(object message) => SendTextAsync(JsonSerializer.Serialize(message));

    public Task SendTextAsync(string message) => Socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, Token);

    /// <summary>Speaks, or is silent, in frames of 256 samples.</summary>
    public async Task SpeakAsync(int frames, short level, string session = "s1")
    {
        var frame = new byte[512];
        for (var i = 0; i < frame.Length; i += 2)
        {
            BitConverter.TryWriteBytes(frame.AsSpan(i), level);
        }

        for (var i = 0; i < frames; i++)
        {
            await SendAsync(new { type = "data", session_id = session, audio_data = Convert.ToBase64String(frame) });
        }
    }

    /// <summary>The next message, or null when the server closes.</summary>
    public Task<JsonElement?> ReadAsync() => _reader.ReadAsync();

    /// <summary>The messages up to the first of a type.</summary>
    public Task<List<JsonElement>> ReadUntilAsync(string type) => _reader.ReadUntilAsync(type);

    public async ValueTask DisposeAsync()
    {
        if (Socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        }

        Socket.Dispose();
    }
}
