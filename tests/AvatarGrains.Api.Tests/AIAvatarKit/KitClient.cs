using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

/// <summary>A client of the dialect's WebSockets.</summary>
internal sealed class KitClient : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[4 << 20];

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
    public async Task<JsonElement?> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var length = 0;
        while (true)
        {
            var part = await Socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
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

        throw new InvalidOperationException($"closed ({CloseStatus}) before {type}; got {string.Join(" ", all)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        }

        Socket.Dispose();
    }
}
