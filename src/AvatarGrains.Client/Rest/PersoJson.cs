using System.Text.Json;

namespace AvatarGrains.Client.Rest;

/// <summary>Reads fields that may be missing, null or of another type than the contract says.</summary>
internal static class PersoJson
{
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new PersoClientException(PersoFault.Malformed, "The server's answer is not JSON; is the address that of a Perso API?", error);
        }
    }

    public static JsonElement? Field(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>The text of a field; for an object, its name.</summary>
    public static string? Text(JsonElement element, string name) => Field(element, name) is { } value ? TextOf(value) : null;

    public static bool Flag(JsonElement element, string name) => Field(element, name) is { ValueKind: JsonValueKind.True };

    /// <summary>An array of strings, or of objects with a name.</summary>
    public static IReadOnlyList<string> Names(JsonElement element, string name) =>
        Field(element, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(TextOf).OfType<string>()] : [];

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Object => Text(value, "name") ?? Text(value, "prompt_id") ?? Text(value, "title"),
        _ => null,
    };
}
