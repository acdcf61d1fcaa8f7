using System.Text.Json.Serialization;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>A body.</summary>
internal sealed record Words(string? Text, IReadOnlyList<Words>? Parts = null);

/// <summary>Its JSON.</summary>
[JsonSerializable(typeof(Words))]
internal sealed partial class BodyJson : JsonSerializerContext;
