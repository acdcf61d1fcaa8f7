using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>Body of <c>POST /sessions</c>; may be missing altogether.</summary>
internal sealed record SessionRequest(string? SessionName = null, string? Language = null, string? VoiceId = null, string? UserId = null);

/// <summary>A session.</summary>
internal sealed record SessionAnswer(string SessionId, string? SessionName, string Language, string CreatedAt, string Status);

/// <summary>Body of <c>POST …/text</c>.</summary>
internal sealed record TextRequest(string? Text = null, bool? GetIdleFrames = null, int? FrameCount = null);

/// <summary>What was made of a question.</summary>
/// <param name="Message">Words for people.</param>
/// <param name="TranscribedText">The question.</param>
/// <param name="ResponseText">The answer.</param>
/// <param name="AudioData">Its sound: 16-bit samples, mono, 24 kHz; null for none.</param>
/// <param name="VideoFrames">JPEG pictures of 40 ms each, as long as the sound.</param>
internal sealed record TurnAnswer(
    string Message, string TranscribedText, string ResponseText, byte[]? AudioData, IReadOnlyList<ReadOnlyMemory<byte>> VideoFrames);

/// <summary>Body of an answer in words alone.</summary>
internal sealed record MessageAnswer(string Message);

/// <summary>Answer to <c>GET /</c>.</summary>
internal sealed record RootAnswer(string Message, string Docs, string Health, string Version);

/// <summary>A stage of the pipeline.</summary>
internal sealed record StageAnswer(bool Available, IReadOnlyList<string> Engines);

/// <summary>Every stage of the pipeline.</summary>
internal sealed record PipelineAnswer(
    bool Initialized, StageAnswer Vad, StageAnswer Asr, StageAnswer Llm, StageAnswer Tts, StageAnswer Avatar, int ActiveSessions);

/// <summary>Body of <c>POST /webrtc/offer</c>.</summary>
internal sealed record OfferRequest(string? Sdp = null, string? Type = null, string? WebrtcId = null, JsonElement? Candidate = null);

/// <summary>Answer to an offer.</summary>
internal sealed record OfferAnswer(string Sdp, string Type);

/// <summary>First message of a socket.</summary>
internal sealed record ConnectedMessage(string Type, string SessionId, double Timestamp);

/// <summary>A message that says nothing but its type.</summary>
internal sealed record PlainMessage(string Type, double Timestamp);

/// <summary>A configuration was taken.</summary>
internal sealed record ConfigMessage(string Type, string Message, double Timestamp);

/// <summary>A message could not be served.</summary>
internal sealed record ErrorMessage(string Type, string Error, string Message, double Timestamp);

/// <summary>A typed question was answered.</summary>
internal sealed record TextMessage(
    string Type,
    string InputText,
    string ResponseText,
    byte[]? AudioData,
    IReadOnlyList<ReadOnlyMemory<byte>> VideoFrames,
    double ProcessingTime,
    double Timestamp);

/// <summary>A spoken question was answered.</summary>
internal sealed record AudioMessage(
    string Type,
    string TranscribedText,
    string ResponseText,
    byte[]? AudioData,
    IReadOnlyList<ReadOnlyMemory<byte>> VideoFrames,
    double ProcessingTime,
    double Timestamp);

/// <summary>Compiled JSON of the dialect: snake_case, nulls written, unknown members ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(TextRequest))]
[JsonSerializable(typeof(TurnAnswer))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(RootAnswer))]
[JsonSerializable(typeof(PipelineAnswer))]
[JsonSerializable(typeof(OfferRequest))]
[JsonSerializable(typeof(OfferAnswer))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(ConnectedMessage))]
[JsonSerializable(typeof(PlainMessage))]
[JsonSerializable(typeof(ConfigMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(TextMessage))]
[JsonSerializable(typeof(AudioMessage))]
internal sealed partial class AvatarChatJson : JsonSerializerContext;

/// <summary>Writes what clients parse.</summary>
internal static class AvatarChatBodies
{
    /// <summary>Letters of every language as they are.</summary>
    public static AvatarChatJson Readable { get; } =
        new(new JsonSerializerOptions(AvatarChatJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
