using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>One session socket. Each message is answered before the next one is read.</summary>
internal sealed class AvatarChatSocket(
    SessionSnapshot session,
    ISessionHost host,
    AvatarChatTurns turns,
    SocketOut output,
    OpenAvatarChatOptions options,
    TimeProvider time,
    ILogger log)
    : ISessionSink
{
    /// <summary>What only one socket of a session holds.</summary>
    public const string Place = "openavatarchat.socket";

    public const int NotFoundCode = 4004;

    private static readonly AvatarChatJson Json = AvatarChatBodies.Readable;

    public string Owner { get; } = Guid.NewGuid().ToString("n");

    private double Now => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public void Greet() =>
        output.Post(Bytes(new ConnectedMessage("connection_established", session.Id, Now), Json.ConnectedMessage));

    public void Deliver(SessionOutput one)
    {
        switch (one)
        {
            case TakenOver { What: Place } taken when taken.Owner != Owner:
                output.Close(WebSocketCloseStatus.NormalClosure, "Another connection of this session has replaced this one");
                break;
            case SessionEnded:
                output.Close((WebSocketCloseStatus)NotFoundCode, "Session not found");
                break;
        }
    }

    public async ValueTask ReceiveAsync(SocketMessage message, CancellationToken cancellationToken)
    {
        if (message.Kind != SocketMessageKind.Text)
        {
            var wrong = message.Kind == SocketMessageKind.TooLong ? $"A message may have {options.MaxMessageBytes} bytes" : "A message must be text";
            await ErrorAsync("processing_error", wrong, cancellationToken);
            return;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message.Data);
        }
        catch (JsonException)
        {
            await ErrorAsync("processing_error", "A message must be JSON", cancellationToken);
            return;
        }

        using (document)
        {
            await AnswerAsync(document.RootElement, cancellationToken);
        }
    }

    private async ValueTask AnswerAsync(JsonElement message, CancellationToken cancellationToken)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            await ErrorAsync("processing_error", "A message must be a JSON object", cancellationToken);
            return;
        }

        var type = message.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        switch (type)
        {
            case "text_message":
                await GuardAsync("text_processing_error", TextAsync(message, cancellationToken), cancellationToken);
                break;
            case "audio_chunk":
                await GuardAsync("audio_processing_error", AudioAsync(message, cancellationToken), cancellationToken);
                break;
            case "config_update":
                await GuardAsync("config_update_error", ConfigureAsync(message, cancellationToken), cancellationToken);
                break;
            case "ping":
                await SendAsync(new PlainMessage("pong", Now), Json.PlainMessage, cancellationToken);
                break;
            default:
                await ErrorAsync("unknown_message_type", "Unknown message type", cancellationToken);
                break;
        }
    }

    private async Task TextAsync(JsonElement message, CancellationToken cancellationToken)
    {
        if (!message.TryGetProperty("text", out var given))
        {
            await ErrorAsync("missing_text", "Text is required", cancellationToken);
            return;
        }

        if (given.ValueKind != JsonValueKind.String)
        {
            await ErrorAsync("text_processing_error", "Text must be a string", cancellationToken);
            return;
        }

        var text = given.GetString()!.Trim();
        if (text.Length == 0)
        {
            await ErrorAsync("missing_text", "Text is required", cancellationToken);
            return;
        }

        if (text.Length > options.MaxTextLength)
        {
            await ErrorAsync("text_processing_error", $"Text may have {options.MaxTextLength} characters", cancellationToken);
            return;
        }

        var started = await StartAsync(cancellationToken);
        var turn = await turns.AskAsync(session, text, cancellationToken);
        await SendAsync(
            new TextMessage("text_processed", text, turn.Text, turn.Audio, turn.Pictures, Since(started), Now), Json.TextMessage, cancellationToken);
    }

    private async Task AudioAsync(JsonElement message, CancellationToken cancellationToken)
    {
        if (!message.TryGetProperty("audio_data", out var given) || given.ValueKind == JsonValueKind.Null
            || (given.ValueKind == JsonValueKind.String && given.ValueEquals("")))
        {
            await ErrorAsync("missing_audio_data", "Audio data is required", cancellationToken);
            return;
        }

        if (!Encoded.Base64(given, "audio_data", options.MaxMessageBytes).Is(out var audio, out _))
        {
            await ErrorAsync("invalid_audio_data", "Invalid base64 audio data", cancellationToken);
            return;
        }

        var started = await StartAsync(cancellationToken);
        var heard = await turns.HearAsync(session, audio, cancellationToken);
        var turn = heard.Length == 0 ? WholeTurn.Nothing : await turns.AskAsync(session, heard, cancellationToken);
        await SendAsync(
            new AudioMessage("audio_processed", heard, turn.Text, turn.Audio, turn.Pictures, Since(started), Now),
            Json.AudioMessage,
            cancellationToken);
    }

    /// <summary>Takes of a configuration what there is here; the rest of it means nothing to this server.</summary>
    private async Task ConfigureAsync(JsonElement message, CancellationToken cancellationToken)
    {
        if (!message.TryGetProperty("config", out var config) || config.ValueKind != JsonValueKind.Object)
        {
            await ErrorAsync("config_update_error", "config must be an object", cancellationToken);
            return;
        }

        var change = AvatarChatConfig.Read(config);
        if (change != new Reconfigure() && await host.Open(session.Id).SendAsync(change, cancellationToken) is { Accepted: false })
        {
            await ErrorAsync("config_update_failed", "Failed to update configuration", cancellationToken);
            return;
        }

        await SendAsync(
            new ConfigMessage("config_updated", "Configuration updated successfully", Now), Json.ConfigMessage, cancellationToken);
    }

    private async ValueTask GuardAsync(string error, Task work, CancellationToken cancellationToken)
    {
        try
        {
            await work;
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            var known = RequestError.Of(failed);
            if (known.Fault == RequestFault.Bug)
            {
                log.LogError(failed, "A message of session {Session} failed", session.Id);
            }

            await ErrorAsync(error, known.Detail, cancellationToken);
        }
    }

    private async ValueTask<long> StartAsync(CancellationToken cancellationToken)
    {
        await SendAsync(new PlainMessage("processing_started", Now), Json.PlainMessage, cancellationToken);
        return time.GetTimestamp();
    }

    private double Since(long started) => Math.Round(time.GetElapsedTime(started).TotalSeconds, 3);

    private ValueTask ErrorAsync(string error, string detail, CancellationToken cancellationToken) =>
        SendAsync(new ErrorMessage("error", error, detail, Now), Json.ErrorMessage, cancellationToken);

    private ValueTask SendAsync<T>(T message, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        output.SendAsync(Bytes(message, type), cancellationToken);

    private static byte[] Bytes<T>(T message, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(message, type);
}
