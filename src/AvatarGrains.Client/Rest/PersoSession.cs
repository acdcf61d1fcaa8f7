namespace AvatarGrains.Client.Rest;

/// <summary>A session as the server describes it; fields a server leaves out are null or empty.</summary>
public sealed record PersoSession(
    string Id,
    string? Status,
    string? TerminationReason,
    IReadOnlyList<string> Capability,
    string? LlmType,
    string? TtsType,
    string? SttType,
    string? ModelStyle,
    string? Prompt);
