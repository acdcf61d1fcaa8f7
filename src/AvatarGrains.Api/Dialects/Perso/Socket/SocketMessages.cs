using System.Text.Encodings.Web;
using System.Text.Json;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>Writes messages of the session socket.</summary>
internal static class SocketMessages
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A message whose payload the caller writes.</summary>
    public static byte[] Write(string type, string? id, Action<Utf8JsonWriter> payload)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            if (id is not null)
            {
                json.WriteString("id", id);
            }

            json.WriteStartObject("payload");
            payload(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public static byte[] Empty(string type, string? id) => Write(type, id, static _ => { });

    /// <summary>A failure: of the envelope (<c>error</c>) or of a request (<c>stt.error</c> and its like).</summary>
    public static byte[] Error(string type, string? id, string code, string reason) => Write(type, id, json =>
    {
        json.WriteString("code", code);
        json.WriteString(type == "error" ? "message" : "reason", reason);
    });

    public static byte[] RateLimited(string type, string? id, int retryAfterMs) => Write(type, id, json =>
    {
        json.WriteString("code", "ws_rate_limited");
        json.WriteString(type == "error" ? "message" : "reason", "Too many messages.");
        json.WriteNumber("retry_after_ms", retryAfterMs);
    });

    public static byte[] Transcript(string type, string? id, string text, string? locale, int? utterances = null) => Write(type, id, json =>
    {
        json.WriteString("text", text);
        json.WriteString("normalized_text", text);
        json.WriteString("locale", locale);
        if (utterances is { } count)
        {
            json.WriteNumber("utterance_count", count);
        }
    });
}
