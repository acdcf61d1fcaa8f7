using System.Text.Json;
using System.Text.Json.Nodes;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>
/// The data channel of the WebRTC page, whatever its label: who said what, sentence by sentence as it is played, and what is going on. The
/// microphone is open from the start.
/// </summary>
internal sealed class AvatarChatChannel(IEdgeControl edge) : IChannelDialect
{
    private ushort? _channel;
    private string? _typed;
    private int _speaking = -1;

    public void OnOpened(ushort channel, string label, string protocol)
    {
        if (_channel is null)
        {
            edge.Post(new StartListening(ListenMode.Conversation));
        }

        _channel = channel;
    }

    public void OnClosed(ushort channel)
    {
        if (_channel == channel)
        {
            _channel = null;
        }
    }

    public void OnMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
        _channel = channel;
        switch (text ? Read(message) : default)
        {
            case ("stop_chat", _):
                edge.Post(new Interrupt());
                break;
            case ("chat", { Length: > 0 } words):
                // The client takes a typed question as the end of what was being said.
                Send(new JsonObject { ["type"] = "avatar_end" });
                _typed = words;
                edge.Post(Perform.Ask(words));
                break;
            default:
                edge.CountBadMessage();
                Say("error", "The message was not understood.");
                break;
        }
    }

    public void OnMessageTooLarge(ushort channel) => Say("error", "The message is too long.");

    public void OnOutput(SessionOutput output)
    {
        switch (output)
        {
            // The client shows what was typed by itself.
            case UserCaption { Final: true } caption when caption.Text == _typed:
                _typed = null;
                break;
            case UserCaption { Final: true, Text.Length: > 0 } caption:
                Say("log", "pause_detected");
                Chat(caption.Text, caption.Turn, "human");
                break;
            case TurnFailed failed:
                Say("error", failed.Detail);
                break;
            case TurnEnded ended when ended.Turn == _speaking:
                Send(new JsonObject { ["type"] = "avatar_end" });
                break;
        }
    }

    public void OnSegmentStarted(SpeechSegment segment)
    {
        if (_speaking != segment.Turn)
        {
            _speaking = segment.Turn;
            Say("log", "response_starting");
        }

        if (segment.Text.Length > 0)
        {
            // Clients put texts of one id together as they are.
            Chat(segment.Index > 0 ? " " + segment.Text : segment.Text, segment.Turn, "avatar");
        }
    }

    public void OnRefused(SessionCommand command, CommandResult result) => Say("error", result.Detail);

    private void Chat(string words, int turn, string role) => Send(new JsonObject
    {
        ["type"] = "chat",
        ["message"] = words,
        ["id"] = $"{edge.SessionId.Replace("-", "", StringComparison.Ordinal)}{turn:x8}{(role == "human" ? 0 : 1)}",
        ["role"] = role,
    });

    private void Say(string type, string data) => Send(new JsonObject { ["type"] = type, ["data"] = data });

    private void Send(JsonObject message)
    {
        if (_channel is { } channel)
        {
            edge.Send(channel, true, JsonSerializer.SerializeToUtf8Bytes<JsonNode>(message, AvatarChatBodies.Readable.JsonNode));
        }
    }

    private static (string? Type, string? Data) Read(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? (Text(root, "type"), Text(root, "data")) : default;
        }
        catch (JsonException)
        {
            // Told to the client by the caller.
            return default;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
