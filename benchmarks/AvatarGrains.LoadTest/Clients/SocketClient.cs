using System.Net.WebSockets;
using System.Text.Json;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Asks over the session's WebSocket and has the answer spoken into it.</summary>
internal sealed class SocketClient(ClientWebSocket socket, TextMeasures measures, Texts texts, TimeProvider time)
    : TextClient(Behaviour.Socket, measures, texts, time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _number;

    /// <summary>Connects and waits until the session is ready.</summary>
    /// <exception cref="IOException">It does not become ready.</exception>
    public static async Task<SocketClient> OpenAsync(
        Uri address, TextMeasures measures, Texts texts, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            var client = new SocketClient(socket, measures, texts, time);
            await client.UntilAsync("session.ready", null, cancellationToken);
            return client;
        }
        catch (Exception error)
        {
            socket.Dispose();
            throw error is WebSocketException ? new IOException($"the session's socket: {error.Message}", error) : error;
        }
    }

    protected override async Task AskAsync(string question, CancellationToken cancellationToken)
    {
        var asked = Time.GetTimestamp();
        var words = "";
        await SendAsync(
            "llm.request",
            new Dictionary<string, object> { ["messages"] = new[] { new Dictionary<string, string> { ["role"] = "user", ["content"] = question } } },
            cancellationToken);
        await UntilAsync("llm.finish", (type, payload) =>
        {
            if (type == "llm.delta")
            {
                if (words.Length == 0)
                {
                    Measures.Words(Time.GetElapsedTime(asked));
                }

                words += payload.GetProperty("content").GetString();
            }
        }, cancellationToken);
        asked = Time.GetTimestamp();
        var first = true;
        await SendAsync("tts.request", new Dictionary<string, object> { ["text"] = words, ["output_format"] = "pcm" }, cancellationToken);
        await UntilAsync("tts.finish", (type, _) =>
        {
            if (type == "tts.chunk" && first)
            {
                Measures.Speech(Time.GetElapsedTime(asked));
                first = false;
            }
        }, cancellationToken);
    }

    protected override ValueTask EndAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(string type, Dictionary<string, object> payload, CancellationToken cancellationToken)
    {
        var message =
            JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["type"] = type, ["id"] = $"{++_number}", ["payload"] = payload });
        await socket.SendAsync(message, WebSocketMessageType.Text, true, cancellationToken);
    }

    /// <summary>Reads up to the first message of a type.</summary>
    private async Task UntilAsync(string last, Action<string, JsonElement>? each, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new IOException($"the server closed the socket: {socket.CloseStatusDescription}");
            }

            using var message = JsonDocument.Parse(_buffer.AsMemory(0, length));
            var type = message.RootElement.GetProperty("type").GetString()!;
            if (type.EndsWith("error", StringComparison.Ordinal) || type == "session.terminated")
            {
                throw new IOException($"the server says {message.RootElement.GetRawText()}");
            }

            each?.Invoke(type, message.RootElement.GetProperty("payload"));
            if (type == last)
            {
                return;
            }
        }
    }
}
