using System.Runtime.CompilerServices;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Native.Opus;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>What people report of servers of voices, through a real session: what is heard of it.</summary>
public sealed class SpeechCasesTests
{
    private static readonly Canned Good = Canned.Bytes(SpeechFaults.Wave(SpeechFaults.Tone, SpeechFaults.Rate), "audio/wav");

    [Theory]
    [InlineData(1, true)]
    [InlineData(9, true)]
    [InlineData(9, false)]
    public async Task Second_of_five_sentences_is_said_again_or_by_another_voice_or_left_out(int failures, bool other)
    {
        var failed = 0;
        using var server = new CannedServer
        {
            Choose = body => body.Contains("Two", StringComparison.Ordinal) && failed++ < failures ? Canned.Text("", 500) : Good,
        };
        var voices = new Voices(server, other);
        await using var session = await StartAsync(voices, "One. Two. Three. Four. Five.");
        var turn = await session.AskAsync("Hi");
        Assert.Null(turn.Failure);
        var skipped = failures > 1 && !other;
        Assert.Equal(skipped ? "One. Three. Four. Five." : "One. Two. Three. Four. Five.", turn.Heard);
        Assert.Equal(failures > 1 && other ? ["Two."] : [], voices.Other.Said);
        Assert.Equal(failures > 1 ? 2 : 1, failed - (failures > 1 ? 0 : 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"error\":{\"message\":\"no\"}}")]
    [InlineData("<html>")]
    public async Task Apology_is_heard_when_the_voice_of_the_session_is_what_failed(string body)
    {
        using var server = new CannedServer(Canned.Text(body));
        var voices = new Voices(server, other: true) { Other = { Refuses = "Hello." } };
        await using var session = await StartAsync(voices, "Hello.");
        var turn = await session.AskAsync("Hi");
        Assert.NotNull(turn.Failure);
        Assert.StartsWith("Sorry", turn.Heard, StringComparison.Ordinal);
        Assert.StartsWith("Sorry", Assert.Single(voices.Other.Said), StringComparison.Ordinal);
        Assert.DoesNotContain(await session.HistoryAsync(), line => line.Text.Contains("Hello", StringComparison.Ordinal));
    }

    private static Task<FaultSession> StartAsync(Voices voices, string answer) => FaultSession.StartAsync(
        _ => new ScriptedChatClient { Answer = (_, _) => ScriptedChatClient.Deltas(answer) }, new SegmentSource(voices, new NativeAudioCodecs()));

    /// <summary>The voice of an endpoint, and perhaps one of another engine.</summary>
    private sealed class Voices(CannedServer server, bool other) : IEngineCatalog
    {
        private readonly ISpeechSynthesizer _cloud = SpeechFaults.Voice(server);

        public OtherVoice Other { get; init; } = new();

        public IReadOnlyList<LanguageModel> LanguageModels => [];

        IReadOnlyList<VoiceInfo> IEngineCatalog.Voices => other ? [.. _cloud.Voices, .. Other.Voices] : _cloud.Voices;

        public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

        public LanguageModel? FindModel(string? name) => null;

        public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
            name == OtherVoice.VoiceName ? (Other, Other.Voices[0]) : (_cloud, _cloud.Voices[0]);

        public ISpeechRecognizer? FindRecognizer(string? name) => null;
    }

    private sealed class OtherVoice : ISpeechSynthesizer
    {
        public const string VoiceName = "other";

        public string Name => VoiceName;

        public IReadOnlyList<VoiceInfo> Voices { get; } = [new VoiceInfo(VoiceName, VoiceName, "en", null, VoiceName)];

        /// <summary>A text that it cannot say.</summary>
        public string? Refuses { get; set; }

        public List<string> Said { get; } = [];

        public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(
            SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (request.Text == Refuses)
            {
                throw new EngineException(EngineFault.Failed, "as asked");
            }

            Said.Add(request.Text);
            yield return new SpeechAudio(new PcmBlock(new short[2400], SpeechFaults.Rate), []);
        }
    }
}
