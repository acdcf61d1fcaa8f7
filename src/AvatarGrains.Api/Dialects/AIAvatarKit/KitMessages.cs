using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>What a client asks, over HTTP and over the WebSocket. Unknown members are ignored.</summary>
internal sealed record KitRequest
{
    public string? Type { get; init; }

    public string? SessionId { get; init; }

    public string? UserId { get; init; }

    public string? ContextId { get; init; }

    public string? Text { get; init; }

    public string? AudioData { get; init; }

    public IReadOnlyList<KitFile?>? Files { get; init; }

    public Dictionary<string, JsonElement>? Metadata { get; init; }

    public Dictionary<string, JsonElement>? SystemPromptParams { get; init; }

    public bool? WaitInQueue { get; init; }
}

/// <summary>A file of a request: a picture, as a <c>data:</c> URL or an address.</summary>
internal sealed record KitFile(string? Type, string? Url);

/// <summary>What a client is told. Every member is written, nulls too.</summary>
internal sealed record KitResponse(string Type, string? SessionId, string? UserId, string? ContextId)
{
    public string? Text { get; init; }

    public string? VoiceText { get; init; }

    public KitControlRequest? AvatarControlRequest { get; init; }

    public string? AudioData { get; init; }

    public JsonObject Metadata { get; init; } = [];

    public string? Language { get; init; }

    public IReadOnlyList<KitTag> ControlTags { get; init; } = [];

    public JsonObject? StructuredContent { get; init; }
}

/// <summary>What the avatar shows while a sentence is said.</summary>
internal sealed record KitControlRequest(string? AnimationName, double? AnimationDuration, string? FaceName, double? FaceDuration)
{
    /// <summary>How long a face or an animation lasts, in seconds.</summary>
    public const double Duration = 4.0;
}

/// <summary>A tag of the model's text.</summary>
internal sealed record KitTag(string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Whom a response is for.</summary>
internal sealed record KitIds(string? SessionId, string? UserId, string? ContextId)
{
    public KitResponse Response(string type) => new(type, SessionId, UserId, ContextId);

    public KitResponse Error(string detail) => Response("error") with { Metadata = new JsonObject { ["error"] = detail } };
}
