using System.Text.Json;
using System.Text.Json.Serialization;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>
/// Body of <c>/offer</c>. An avatar that this server does not have means its first; a voice (<c>refaudio</c>) that it does not have means one of
/// the same language or the avatar's own. <c>custom_config</c> is JSON as text and names clips on the server; it and <c>reftext</c> are kept,
/// without effect.
/// </summary>
internal sealed record OfferRequest(
    string? Sdp,
    string? Type,
    string? Avatar,
    [property: JsonPropertyName("refaudio")] string? RefAudio,
    [property: JsonPropertyName("reftext")] string? RefText,
    string? CustomConfig);

/// <summary>Answer of <c>/offer</c>.</summary>
internal sealed record OfferAnswer(string Sdp, string Type, [property: JsonPropertyName("sessionid")] string SessionId);

/// <summary>What a session was asked for, as it is kept with it; the nonce tells sessions apart whose clients' ids are the same.</summary>
internal sealed record SessionWishes(string? Avatar, string? RefAudio, string? RefText, string? CustomConfig, string Nonce);

/// <summary>A body that names a session alone. Ids may be texts or numbers.</summary>
internal record SessionRequest([property: JsonPropertyName("sessionid")] JsonElement? SessionId);

/// <summary>Body of <c>/human</c>: a text to say (<c>echo</c>) or to answer (<c>chat</c>), and in <c>tts</c> the voice of it alone.</summary>
internal sealed record HumanRequest(JsonElement? SessionId, string? Type, string? Text, bool? Interrupt, JsonElement? Tts)
    : SessionRequest(SessionId);

/// <summary>Body of <c>/set_audiotype</c>.</summary>
internal sealed record AudioTypeRequest(JsonElement? SessionId, [property: JsonPropertyName("audiotype")] JsonElement? AudioType)
    : SessionRequest(SessionId);

/// <summary>Body of <c>/record</c>: <c>start_record</c> or <c>end_record</c>.</summary>
internal sealed record RecordRequest(JsonElement? SessionId, string? Type) : SessionRequest(SessionId);

/// <summary>Body of <c>/api/avatar/task</c>, as far as it is looked at.</summary>
internal sealed record AvatarTaskRequest(
    string? Model, string? AvatarId, string? VideoPath, string? TaskId, [property: JsonPropertyName("notifyurl")] string? NotifyUrl);
