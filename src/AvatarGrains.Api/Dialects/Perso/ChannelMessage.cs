using System.Text.Json;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>A message of the data channel, read defensively: nothing here throws on what a client sent.</summary>
internal readonly struct ChannelMessage(string type, JsonElement data)
{
    /// <summary>Largest message looked at, bytes.</summary>
    public const int MaxBytes = 262_144;

    private const int MaxId = 64;

    private static readonly JsonReaderOptions Depth = new() { MaxDepth = 16 };

    public string Type => type;

    /// <summary>Parses a message.</summary>
    /// <param name="message">UTF-8 JSON.</param>
    /// <param name="document">Owns the memory of the result; to be disposed. Null when there is no result.</param>
    public static ChannelMessage? Parse(ReadOnlySpan<byte> message, out JsonDocument? document)
    {
        document = null;
        try
        {
            var reader = new Utf8JsonReader(message, Depth);
            document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (!reader.Read()
                && root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String)
            {
                var name = type.GetString()!;
                return new ChannelMessage(name, root.TryGetProperty("data", out var data) ? data : default);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is not valid UTF-16: the caller answers bad_message.
            document?.Dispose();
            document = null;
            return null;
        }

        document.Dispose();
        document = null;
        return null;
    }

    public bool Has(string name) => Member(name) is { ValueKind: not JsonValueKind.Null };

    /// <summary>A text member: null when it is missing or null.</summary>
    /// <exception cref="ChannelFieldException">It is not a text.</exception>
    public string? Text(string name)
    {
        if (Member(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new ChannelFieldException($"{name} must be a text.");
        }
        catch (InvalidOperationException)
        {
            throw new ChannelFieldException($"{name} is not valid Unicode.");
        }
    }

    /// <summary>The client's own name for the message; null when there is none, or none that can be given back.</summary>
    public string? Id()
    {
        try
        {
            return Text("id") is { Length: > 0 and <= MaxId } id ? id : null;
        }
        catch (ChannelFieldException)
        {
            // The id is for the client's sake alone: the message is as good without it.
            return null;
        }
    }

    /// <summary>A finite number in a range: null when it is missing or null.</summary>
    /// <exception cref="ChannelFieldException">It is not a number, or out of range.</exception>
    public double? Number(string name, double min, double max)
    {
        if (Member(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max
            ? number
            : throw new ChannelFieldException($"{name} must be a number from {min} to {max}.");
    }

    /// <summary>The texts of a list: null when it is missing or null.</summary>
    /// <exception cref="ChannelFieldException">It is not a list of texts.</exception>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Member(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? value.EnumerateArray().Select(item => item.GetString()!).ToArray()
            : throw new ChannelFieldException($"{name} must be a list of texts.");
    }

    private JsonElement? Member(string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) ? value : null;
}
