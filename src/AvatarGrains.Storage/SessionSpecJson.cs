using System.Text.Json;
using System.Text.Json.Serialization;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Storage;

/// <summary>A session's spec as JSON. Fields added later read as their defaults from older rows.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionSpec))]
internal sealed partial class SessionSpecJson : JsonSerializerContext
{
    public static string Write(SessionSpec spec) => JsonSerializer.Serialize(spec, Default.SessionSpec);

    /// <exception cref="InvalidDataException">The row was not written by this program.</exception>
    public static SessionSpec Read(string json) =>
        JsonSerializer.Deserialize(json, Default.SessionSpec) ?? throw new InvalidDataException("A session's spec is null.");
}
