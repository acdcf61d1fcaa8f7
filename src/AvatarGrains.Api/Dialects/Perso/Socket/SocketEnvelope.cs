using System.Text.Json;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>A message of the session socket: <c>{"type","id"?,"ts"?,"payload":{}}</c>.</summary>
internal readonly record struct SocketEnvelope(string Type, string? Id, JsonElement Payload)
{
    private const int MaxName = 128;

    /// <summary>Reads a message; the caller disposes the document when it is done with the payload.</summary>
    /// <returns>Null when it is none.</returns>
    public static SocketEnvelope? Parse(ReadOnlyMemory<byte> message, out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            document = null;
            return null;
        }

        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Name(root, "type") is not { Length: > 0 } type)
        {
            return null;
        }

        var hasId = root.TryGetProperty("id", out var id) && id.ValueKind != JsonValueKind.Null;
        var name = Name(root, "id");
        var payload = root.TryGetProperty("payload", out var value) ? value : default;
        return (hasId && name is null) || payload.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)
            ? null
            : new SocketEnvelope(type, name, payload);
    }

    /// <summary>A text of the payload, or null.</summary>
    /// <exception cref="SocketRequestException">It is there and no text.</exception>
    public string? Text(string name) => Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw new SocketRequestException("bad_envelope", $"{name} must be a text."),
    };

    /// <summary>A whole number of the payload, or null.</summary>
    /// <exception cref="SocketRequestException">It is there and no such number.</exception>
    public int? Number(string name) => Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        _ => throw new SocketRequestException("bad_envelope", $"{name} must be a whole number."),
    };

    public JsonElement? Member(string name) =>
        Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string? Name(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxName } name
            ? name
            : null;
}
