using System.Text.Json;
using System.Text.Json.Serialization;
using AvatarGrains.Api.Dialects.Perso.Library;
using AvatarGrains.Api.Shared;

namespace AvatarGrains.Api.Dialects.Perso;

// Bodies of the dialect, one closed family: names become snake_case in PersoJson.
internal sealed record PersoErrorBody(IReadOnlyList<PersoErrorItem> Errors);

internal sealed record PersoErrorItem(string Code, string Detail, string? Attr);

internal sealed record PersoNamed(string Name, string? DisplayName, string? Description);

internal sealed record PersoTtsType(
    string Name, string DisplayName, string Description, string Language, bool Streamable, string Service, string? Model, string Voice,
    JsonElement? VoiceSettings, string? Style, JsonElement? VoiceExtraData);

internal sealed record PersoSttType(string Name, string DisplayName, string Description, string Service, JsonElement? Options);

internal sealed record PersoSttTypeV2(
    string Name, string DisplayName, string Description, string Service, JsonElement? Options, string Mode, bool EndOfTurnDetection);

internal sealed record PersoModelFile(string Name, string File);

internal sealed record PersoModelStyle(
    string Name, string DisplayName, string Description, string Model, string? ModelFile, IReadOnlyList<PersoModelFile> ModelFiles, string Style,
    string File, IReadOnlyList<PersoModelFile> Files, string PlatformType, IReadOnlyList<JsonElement> Configs);

internal sealed record PersoCapabilityItem(string Name, string Description);

internal sealed record PersoIceServers(IReadOnlyList<IceServerOptions> IceServers);

internal sealed record PersoSessionRequest
{
    public bool? UsingStfWebrtc { get; init; }

    public IReadOnlyList<string>? Capability { get; init; }

    public string? ModelStyle { get; init; }

    public string? Prompt { get; init; }

    public string? LlmType { get; init; }

    public string? TtsType { get; init; }

    public string? SttType { get; init; }

    public string? Document { get; init; }

    public string? BackgroundImage { get; init; }

    public string? SessionTemplate { get; init; }

    public string? Agent { get; init; }

    public JsonElement? McpServers { get; init; }

    public string? TextNormalizationConfig { get; init; }

    public string? SttTextNormalizationConfig { get; init; }

    public double? PaddingLeft { get; init; }

    public double? PaddingTop { get; init; }

    public double? PaddingHeight { get; init; }

    public JsonElement? ExtraData { get; init; }
}

internal sealed record PersoSessionCreated(
    string SessionId,
    string CreatedAt,
    string Status,
    IReadOnlyList<string> Capability,
    string? Prompt,
    string? Document,
    string? LlmType,
    string? TtsType,
    string? SttType, string? ModelStyle, string? Agent, double? PaddingLeft, double? PaddingTop, double? PaddingHeight, string? BackgroundImage,
    JsonElement? ExtraData);

internal sealed record PersoPromptView(
    string PromptId, string Name, string Description, string SystemPrompt, bool RequireDocument, string IntroMessage, string Title, string Content);

internal sealed record PersoSdp(string? Type, string? Sdp);

internal sealed record PersoSessionView(
    string SessionId, string Status, string? TerminationReason, long DurationSec, string CreatedAt, IReadOnlyList<PersoCapabilityItem> Capability,
    PersoSdp? ClientSdp,
    PersoSdp? ServerSdp,
    IReadOnlyList<IceServerOptions>? IceServers,
    PersoPromptView? Prompt,
    string? Document,
    PersoNamed? LlmType,
    PersoTtsType? TtsType,
    PersoSttTypeV2? SttType,
    PersoModelStyle? ModelStyle,
    PersoBackground? BackgroundImage,
    IReadOnlyList<string> SessionAcls,
    double? PaddingLeft,
    double? PaddingTop, double? PaddingHeight, IReadOnlyList<JsonElement> McpServers, JsonElement? ExtraData, string? StreamUrl);

internal sealed record PersoEventRequest(string? Event, string? Detail);

internal sealed record PersoEventCreated(
    string SessioneventId, string CreatedAt, string Detail, bool Terminate, string? TerminateReason, string Event,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersoWarning? Warning = null);

internal sealed record PersoWarning(string Reason, long LeftSec);

internal sealed record PersoExchangeRequest(PersoSdp? ClientSdp);

internal sealed record PersoExchangeAnswer(PersoSdp ServerSdp);

internal sealed record PersoLlmRequest(string? Message, bool? ClearHistory);

internal sealed record PersoLlmLine(string Status, string Sentence);

internal sealed record PersoTtsRequest(string? Text, string? Locale, string? OutputFormat);

internal sealed record PersoTtsAnswer(
    string Audio,
    string? Locale,
    string NormalizedText,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FaceTrack? Track = null);

internal sealed record PersoSttAnswer(string Text, string? Locale, string NormalizedText);

internal sealed record PersoChatRequest(IReadOnlyList<PersoChatMessage>? Messages, IReadOnlyList<PersoChatTool>? Tools);

internal sealed record PersoChatMessage(string? Role, string? Content, IReadOnlyList<PersoToolCall>? ToolCalls, string? ToolCallId);

internal sealed record PersoChatTool(string? Type, PersoToolFunction? Function);

internal sealed record PersoToolFunction(string? Name, string? Description, JsonElement? Parameters);

internal sealed record PersoToolCall(string? Id, string? Type, PersoToolInvocation? Function);

internal sealed record PersoToolInvocation(string? Name, string? Arguments);

internal sealed record PersoMessageLine(string Status, string Type, string Role, string Content);

internal sealed record PersoToolCallLine(string Status, string Type, string Role, string? Content, IReadOnlyList<PersoToolCall> ToolCalls);

internal sealed record PersoFinishLine(string Status, string Type);

internal sealed record PersoFailLine(string Status, string Reason);
