using System.Runtime.CompilerServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Core.Tests.Speech;

public sealed class VoiceFallbackTests
{
    private static readonly VoiceInfo Cloud = Voice("cloud:anna", "en-US", "cloud", "female");
    private static readonly VoiceInfo Man = Voice("flite:rms", "en-US", "flite", "male");
    private static readonly VoiceInfo Woman = Voice("flite:slt", "en-US", "flite", "female");
    private static readonly VoiceInfo Any = Voice("espeak", VoiceInfo.AnyLanguage, "espeak", null);
    private static readonly VoiceInfo Korean = Voice("yuna", "ko", "korean", "female");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Hello.", "cloud:anna", null, "cloud:anna cloud:anna flite:slt espeak")]
    [InlineData("Hello.", "cloud:anna", "en-GB", "cloud:anna cloud:anna flite:slt espeak")]
    [InlineData("Bonjour.", "cloud:anna", "fr", "cloud:anna cloud:anna espeak")]
    [InlineData("안녕하세요.", "cloud:anna", "ko", "yuna yuna espeak")]
    [InlineData("안녕하세요.", "cloud:anna", null, "cloud:anna cloud:anna yuna espeak")]
    [InlineData("Hello.", "espeak", null, "espeak espeak cloud:anna flite:rms")]
    [InlineData("Hello.", "nobody", null, "")]
    public void Chosen_voice_twice_then_one_of_each_other_engine_that_knows_the_language(string text, string voice, string? language, string names)
    {
        var voices = VoiceFallback.List(new Catalog(), Request(text, voice, language));
        Assert.Equal(names, string.Join(' ', voices.Select(one => one.Voice.Name)));
    }

    [Theory]
    [InlineData(EngineFault.Failed, 1)]
    [InlineData(EngineFault.Unavailable, 1)]
    [InlineData(EngineFault.Overloaded, 1)]
    [InlineData(EngineFault.Timeout, 2)]
    [InlineData(EngineFault.Rejected, 2)]
    [InlineData(EngineFault.Unauthorized, 2)]
    public void Same_voice_is_asked_again_only_when_that_may_help(EngineFault fault, int next)
    {
        var voices = VoiceFallback.List(new Catalog(), Request("Hello.", "cloud:anna", null));
        Assert.Equal(next, VoiceFallback.Next(voices, 0, fault));
        Assert.Equal(voices.Count, VoiceFallback.Next(voices, voices.Count - 1, fault));
    }

    [Theory]
    [InlineData(1, "cloud cloud")]
    [InlineData(2, "cloud cloud flite")]
    [InlineData(3, "cloud cloud flite espeak")]
    public async Task Sentence_is_said_by_the_first_voice_that_does_not_fail(int failures, string asked)
    {
        var catalog = new Catalog { Failures = failures };
        Assert.NotEmpty(await SpeakAsync(catalog));
        Assert.Equal(asked, string.Join(' ', catalog.Asked));
    }

    [Fact]
    public async Task Voice_without_a_sound_counts_as_failed()
    {
        var catalog = new Catalog { Silent = "cloud" };
        Assert.NotEqual(0, (await SpeakAsync(catalog)).Sum(part => part.Speech.PacketCount));
        Assert.Equal("flite", catalog.Asked[^1]);
    }

    [Fact]
    public async Task Last_failure_is_told_when_no_voice_can()
    {
        var catalog = new Catalog { Failures = 9 };
        Assert.Equal("failure 4", (await Assert.ThrowsAsync<EngineException>(() => SpeakAsync(catalog))).Message);
        Assert.Equal(4, catalog.Asked.Count);
    }

    private static SegmentRequest Request(string text, string? voice, string? language) => new(text, voice, language, Expression.Neutral);

    private static VoiceInfo Voice(string name, string language, string engine, string? gender) => new(name, name, language, gender, engine);

    private static async Task<List<SegmentPart>> SpeakAsync(Catalog catalog)
    {
        List<SegmentPart> parts = [];
        var source = new SegmentSource(catalog, new SegmentSourceTests.CountingCodecs());
        await foreach (var part in source.SpeakAsync(Request("Hello.", "cloud:anna", null), Token))
        {
            parts.Add(part);
        }

        return parts;
    }

    private sealed class Catalog : IEngineCatalog
    {
        public int Failures { get; init; }

        public string? Silent { get; init; }

        public List<string> Asked { get; } = [];

        public IReadOnlyList<LanguageModel> LanguageModels => [];

        public IReadOnlyList<VoiceInfo> Voices { get; } = [Cloud, Man, Woman, Any, Korean];

        public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

        public LanguageModel? FindModel(string? name) => null;

        public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
            Voices.FirstOrDefault(voice => name is null || voice.Name == name) is { } found ? (new Engine(this, found.Engine), found) : null;

        public ISpeechRecognizer? FindRecognizer(string? name) => null;
    }

    private sealed record Engine(Catalog Catalog, string Name) : ISpeechSynthesizer
    {
        public IReadOnlyList<VoiceInfo> Voices => [];

        public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(
            SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            Catalog.Asked.Add(Name);
            if (Catalog.Asked.Count <= Catalog.Failures)
            {
                throw new EngineException(EngineFault.Failed, $"failure {Catalog.Asked.Count}");
            }

            if (Name != Catalog.Silent)
            {
                yield return new SpeechAudio(new PcmBlock(new short[1600], 16000), []);
            }
        }
    }
}
