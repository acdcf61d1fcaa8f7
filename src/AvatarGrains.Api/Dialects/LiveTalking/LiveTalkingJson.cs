using System.Text.Json;
using System.Text.Json.Serialization;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Compiled JSON of the dialect; unknown members are ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(OfferRequest))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(HumanRequest))]
[JsonSerializable(typeof(AudioTypeRequest))]
[JsonSerializable(typeof(RecordRequest))]
[JsonSerializable(typeof(AvatarTaskRequest))]
[JsonSerializable(typeof(SessionWishes))]
internal sealed partial class LiveTalkingJson : JsonSerializerContext;
