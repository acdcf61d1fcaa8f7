namespace AvatarGrains.Client.Rest;

/// <summary>What a session is created with. What is null is left to the server.</summary>
public sealed record PersoSessionRequest
{
    /// <summary>Names such as LLM, TTS, STT.</summary>
    public IReadOnlyList<string> Capability { get; init; } = ["LLM", "TTS", "STT"];

    public string? LlmType { get; init; }

    public string? TtsType { get; init; }

    public string? SttType { get; init; }

    public string? ModelStyle { get; init; }

    public string? Prompt { get; init; }

    public string? Document { get; init; }

    public string? BackgroundImage { get; init; }
}
