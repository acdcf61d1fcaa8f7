using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Catalog;

namespace AvatarGrains.Engines.Tts;

/// <summary>A synthesizer behind an endpoint that speaks OpenAI's <c>POST /audio/speech</c>.</summary>
public sealed record SpeechEndpointOptions : EndpointOptions
{
    private static readonly string[] OpenAis = ["alloy", "echo", "fable", "nova", "onyx", "shimmer"];

    /// <summary>The endpoint's voices, default first; empty for OpenAI's. Clients name them <c>NAME:VOICE</c>.</summary>
    public IReadOnlyList<string> Voices { get; init; } = [];

    /// <summary>BCP 47 tag of what its voices speak; <c>mul</c> for voices that speak any language.</summary>
    public string Language { get; init; } = VoiceInfo.AnyLanguage;

    /// <summary>Samples per second of its <c>pcm</c> format, which is 16-bit mono.</summary>
    public int SampleRate { get; init; } = 24_000;

    internal IReadOnlyList<VoiceInfo> ListVoices() =>
        [.. VoiceNames.Select(v => new VoiceInfo($"{Name}:{v}", $"{DisplayName ?? Name}, {v}", Language, null, Name))];

    internal IReadOnlyList<string> VoiceNames => Voices.Count > 0 ? Voices : OpenAis;

    internal override IEnumerable<string> Validate(string where)
    {
        foreach (var problem in base.Validate(where))
        {
            yield return problem;
        }

        if (SampleRate is < 8000 or > 48000)
        {
            yield return $"{where}.{Name}: sampleRate must be 8000 to 48000, not {SampleRate}";
        }

        if (Voices.Any(string.IsNullOrWhiteSpace) || string.IsNullOrWhiteSpace(Language))
        {
            yield return $"{where}.{Name}: voices and language must not be empty texts";
        }
    }

    /// <summary>Leaves the key out.</summary>
    public override string ToString() => base.ToString();
}
