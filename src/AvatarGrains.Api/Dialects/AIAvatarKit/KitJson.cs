using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Compiled JSON of the dialect: snake_case, nulls written, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(KitRequest))]
[JsonSerializable(typeof(KitResponse))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(KitControlBody))]
[JsonSerializable(typeof(KitSynthesizeRequest))]
[JsonSerializable(typeof(KitDifyRequest))]
[JsonSerializable(typeof(KitCompletionRequest))]
internal sealed partial class KitJson : JsonSerializerContext;
