using System.Runtime.InteropServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Grains.Contracts;

/// <summary>Text to speak, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.SpeechRequest")]
internal sealed record SpeechRequestWire(
    [property: Id(0)] string Text, [property: Id(1)] string? Voice, [property: Id(2)] string? Language, [property: Id(3)] double Rate)
{
    public static SpeechRequestWire From(SpeechRequest r) => new(r.Text, r.Voice, r.Language, r.Rate);

    public SpeechRequest Read() => new(Text, Voice, Language, Rate);
}

/// <summary>A phoneme with its time, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.Phoneme")]
internal readonly record struct PhonemeWire(
    [property: Id(0)] string Symbol, [property: Id(1)] double StartMs, [property: Id(2)] double EndMs, [property: Id(3)] bool Ipa, [property: Id(4)] byte Stress);

/// <summary>A piece of speech, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.Speech")]
internal sealed record SpeechWire([property: Id(0)] byte[] Pcm, [property: Id(1)] int SampleRate, [property: Id(2)] PhonemeWire[] Phonemes)
{
    public static SpeechWire From(SpeechAudio s) => new(
        MemoryMarshal.AsBytes(s.Audio.Samples.Span).ToArray(),
        s.Audio.SampleRate,
        [.. s.Phonemes.Select(p => new PhonemeWire(p.Symbol, p.StartMs, p.EndMs, p.Ipa, p.Stress))]);

    public SpeechAudio Read() => new(
        new PcmBlock(MemoryMarshal.Cast<byte, short>(Pcm).ToArray(), SampleRate),
        [.. Phonemes.Select(p => new PhonemeTiming(p.Symbol, p.StartMs, p.EndMs, p.Ipa, p.Stress))]);
}
