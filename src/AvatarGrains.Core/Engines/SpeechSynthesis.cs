using AvatarGrains.Core.Media;
using Orleans;

namespace AvatarGrains.Core.Engines;

/// <summary>A voice an engine can speak with.</summary>
/// <param name="Name">Name as configured and as clients say it, for example <c>slt</c> or <c>espeak:ko</c>.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Gender">"female", "male" or null.</param>
/// <param name="Engine">Engine name, for example <c>flite</c>.</param>
public sealed record VoiceInfo(string Name, string DisplayName, string Language, string? Gender, string Engine)
{
    /// <summary>Language of voices that speak whatever they are given (ISO 639-2).</summary>
    public const string AnyLanguage = "mul";
}

/// <summary>What to say.</summary>
/// <param name="Text">Plain text, one sentence or a few, without tags.</param>
/// <param name="Voice">Voice name, or null for the engine's default.</param>
/// <param name="Language">BCP 47 tag, or null for the voice's own.</param>
/// <param name="Rate">Speed, 1 is normal, 0.5 to 2.</param>
[GenerateSerializer, Immutable, Alias("ag.SpeechRequest")]
public sealed record SpeechRequest(
    [property: Id(0)] string Text,
    [property: Id(1)] string? Voice = null,
    [property: Id(2)] string? Language = null,
    [property: Id(3)] double Rate = 1)
{
    /// <summary>
    /// How long from now it will not be missed, because earlier speech is still being played; who is short of time makes others first. It
    /// does not change the speech.
    /// </summary>
    [Id(4)]
    public TimeSpan Slack { get; init; }
}

/// <summary>A phoneme with its time. Units: milliseconds from the start of the request's audio.</summary>
/// <param name="Symbol">The engine's symbol: CMU (flite, "aa") or IPA (espeak-ng); <paramref name="Ipa"/> says which.</param>
/// <param name="StartMs">Start.</param>
/// <param name="EndMs">End, ≥ start.</param>
/// <param name="Ipa">True when the symbol is IPA, false when it is a CMU symbol.</param>
/// <param name="Stress">0 none, 1 primary, 2 secondary.</param>
[GenerateSerializer, Immutable, Alias("ag.Phoneme")]
public readonly record struct PhonemeTiming(
    [property: Id(0)] string Symbol,
    [property: Id(1)] double StartMs,
    [property: Id(2)] double EndMs,
    [property: Id(3)] bool Ipa,
    [property: Id(4)] byte Stress);

/// <summary>A piece of synthesized speech.</summary>
/// <param name="Audio">Mono PCM; all pieces of a request have one sample rate; a piece may hold no samples.</param>
/// <param name="Phonemes">
/// Phonemes that became known, in order, each once. They may run ahead of the audio; an engine that gives times has at least one in its first piece.
/// Empty throughout when the engine gives no times: the mouth then follows the audio.
/// </param>
[GenerateSerializer, Immutable, Alias("ag.SpeechAudio")]
public sealed record SpeechAudio([property: Id(0)] PcmBlock Audio, [property: Id(1)] IReadOnlyList<PhonemeTiming> Phonemes);

/// <summary>A speech synthesizer. Thread-safe; limits its own concurrency.</summary>
public interface ISpeechSynthesizer
{
    string Name { get; }

    IReadOnlyList<VoiceInfo> Voices { get; }

    /// <summary>Streams the speech of one request, first piece as early as the engine can.</summary>
    /// <exception cref="EngineException">The engine failed; the reason says how.</exception>
    IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken);
}
