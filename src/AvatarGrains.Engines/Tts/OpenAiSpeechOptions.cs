using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Tts;

/// <summary>An endpoint that speaks OpenAI's <c>POST /audio/speech</c>.</summary>
public sealed record OpenAiSpeechOptions
{
    /// <summary>Engine name.</summary>
    public string Name { get; init; } = "openai";

    /// <summary>Base address with the version: <c>https://api.openai.com/v1</c>.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>Bearer key, or null when the endpoint needs none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Model, for example <c>gpt-4o-mini-tts</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Samples per second of its <c>pcm</c> format.</summary>
    public int SampleRate { get; init; } = 24_000;

    /// <summary>Its voices, default first. Clients name them <c>NAME:VOICE</c>.</summary>
    public IReadOnlyList<string> VoiceNames { get; init; } = ["alloy", "echo", "fable", "nova", "onyx", "shimmer"];

    internal IReadOnlyList<VoiceInfo> ListVoices() =>
        [.. VoiceNames.Select(v => new VoiceInfo($"{Name}:{v}", v, "en-US", null, Name))];
}
