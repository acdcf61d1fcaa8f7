using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;
using AvatarGrains.Native.Opus;

namespace AvatarGrains.Latency;

/// <summary>What of the time to the first sound the engine takes, and what encoding adds: in this process, without server or network.</summary>
internal static class Stages
{
    /// <summary>Milliseconds until the engine's first samples.</summary>
    public static async Task<double> FirstSamplesAsync(ISpeechSynthesizer engine, string voice, string text, TimeProvider time)
    {
        var start = time.GetTimestamp();
        await foreach (var piece in engine.SynthesizeAsync(new SpeechRequest(text, voice), CancellationToken.None))
        {
            _ = piece;
            break;
        }

        return time.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Milliseconds until the first packets and faces.</summary>
    public static async Task<double> FirstPartAsync(ISpeechSynthesizer engine, string voice, string text, TimeProvider time)
    {
        var source = new SegmentSource(new OneEngine(engine), new NativeAudioCodecs());
        var start = time.GetTimestamp();
        await foreach (var part in source.SpeakAsync(new SegmentRequest(text, voice, null, Expression.Neutral), CancellationToken.None))
        {
            _ = part;
            break;
        }

        return time.GetElapsedTime(start).TotalMilliseconds;
    }

    internal sealed class OneEngine(ISpeechSynthesizer engine) : IEngineCatalog
    {
        public IReadOnlyList<LanguageModel> LanguageModels => [];

        public IReadOnlyList<VoiceInfo> Voices => engine.Voices;

        public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

        public LanguageModel? FindModel(string? name) => null;

        public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) => (engine, engine.Voices.First(voice => voice.Name == name));

        public ISpeechRecognizer? FindRecognizer(string? name) => null;
    }
}
