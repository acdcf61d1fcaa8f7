using System.Text.Json;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The members of <c>extra_data</c> this server reads; see docs/perso-extensions.md.</summary>
internal static class PersoExtra
{
    /// <exception cref="PersoException">It is there and not a text.</exception>
    public static string? Text(JsonElement? extra, string name) => Member(extra, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString() is { Length: > 0 } text ? text : null,
        _ => throw PersoException.Invalid($"extra_data.{name} must be a text.", "extra_data"),
    };

    /// <summary>An even number of pixels, 64 to 1920.</summary>
    /// <exception cref="PersoException">It is there and not such a number.</exception>
    public static int? Size(JsonElement? extra, string name) => Member(extra, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var size) && size is >= 64 and <= 1920 => (int)size & ~1,
        _ => throw PersoException.Invalid($"extra_data.{name} must be a number from 64 to 1920.", "extra_data"),
    };

    private static JsonElement? Member(JsonElement? extra, string name) =>
        extra is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
