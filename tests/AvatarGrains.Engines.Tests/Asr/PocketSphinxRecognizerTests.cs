using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Engines.Tests.Audio;
using AvatarGrains.Native;

namespace AvatarGrains.Engines.Tests.Asr;

/// <summary>A few sentences through the whole recognizer; the figures over all of them are printed by the recognition benchmark.</summary>
public sealed class PocketSphinxRecognizerTests : IDisposable
{
    private const string Skip = "PocketSphinx, its en-us models or flite are not installed";
    private static readonly KnowledgeBase Hotel = KnowledgeBase.FromText("The Lighthouse Hotel", TestFiles.Read("lighthouse-hotel.md"));
    private readonly string _folder = Directory.CreateTempSubdirectory("avatargrains-asr").FullName;
    private readonly PocketSphinxRecognizer _recognizer;

    public PocketSphinxRecognizerTests() =>
        _recognizer = new PocketSphinxRecognizer(new PocketSphinxOptions(_folder, MaxDecoders: 2), BuiltInKnowledge.Load().ForRecognition);

    private static bool Installed =>
        NativeResolver.IsAvailable("pocketsphinx") && TestSounds.HasFlite && Directory.Exists("/usr/share/pocketsphinx/model/en-us/en-us");

    public void Dispose()
    {
        _recognizer.Dispose();
        Directory.Delete(_folder, true);
    }

    [Fact]
    public async Task Questions_are_heard_and_strange_sentences_refused()
    {
        Assert.SkipUnless(Installed, Skip);
        AssertHeard("what can you do", await HearAsync(TestSounds.Speak("slt", "What can you do?"), null));
        AssertHeard("which browsers are supported", await HearAsync(TestSounds.Speak("rms", "Which browsers are supported?"), null));
        AssertHeard("how much is a single room", await HearAsync(TestSounds.Speak("slt", "How much is a single room?"), Hotel.ForRecognition));
        foreach (var strange in new[] { "The stock market fell sharply on Tuesday.", "Play some jazz music from the sixties." })
        {
            var heard = await HearAsync(TestSounds.Speak("rms", strange), null);
            Assert.False(heard.Understood, $"{heard.Text} {heard.Confidence:f2}");
        }
    }

    [Fact]
    public async Task Recorded_speech_about_something_else_is_refused()
    {
        Assert.SkipUnless(Installed, Skip);
        var path = TestData.Find("jfk.wav");
        Assert.SkipUnless(path is not null, "no test data");
        var heard = await HearAsync(TestSounds.ReadWav(path!), null);
        Assert.False(heard.Understood, $"{heard.Text} {heard.Confidence:f2}");
    }

    [Fact]
    public async Task Result_depends_on_nothing_heard_before_and_partials_grow()
    {
        Assert.SkipUnless(Installed, Skip);
        var question = TestSounds.Speak("awb", "How do I connect a language model?");
        var first = await HearAsync(question, null);
        await HearAsync(TestSounds.Noise(2, 4000, 9), null);
        var again = await HearAsync(question, null);
        Assert.Equal(first, again);
        Assert.Equal("how do i connect a language model", first.Text);
    }

    [Fact]
    public async Task Silence_is_nothing_heard()
    {
        Assert.SkipUnless(Installed, Skip);
        Assert.False((await HearAsync(TestSounds.Silence(1), null)).Understood);
        Assert.False((await HearAsync([], null)).Understood);
    }

    [Fact]
    public async Task Busy_decoders_are_waited_for_and_an_abandoned_utterance_frees_its_own()
    {
        Assert.SkipUnless(Installed, Skip);
        var context = new RecognitionContext("en-US", null);
        var one = await _recognizer.StartAsync(context, default);
        var two = await _recognizer.StartAsync(context, default);
        var third = _recognizer.StartAsync(context, default).AsTask();
        Assert.False(third.IsCompleted);
        one.Dispose();
        using var granted = await third;
        two.Dispose();
    }

    [Fact]
    public async Task Other_languages_are_rejected_with_the_way_out()
    {
        var error = await Assert.ThrowsAsync<EngineException>(
            async () => await _recognizer.StartAsync(new RecognitionContext("ko-KR", null), default));
        Assert.Equal(EngineFault.Rejected, error.Fault);
    }

    [Fact]
    public async Task Missing_models_are_unavailable_and_name_the_package()
    {
        Assert.SkipUnless(Installed, Skip);
        using var bare = new PocketSphinxRecognizer(new PocketSphinxOptions(_folder, "/nowhere"), Hotel.ForRecognition);
        var error = await Assert.ThrowsAsync<EngineException>(async () => await bare.StartAsync(new RecognitionContext(null, null), default));
        Assert.Equal(EngineFault.Unavailable, error.Fault);
        Assert.Contains("pocketsphinx-en-us", error.Message);
    }

    /// <summary>
    /// Understood, with all words but one at most: the library hears the same sound as "what" in one process and as "why" in about every
    /// sixth.
    /// </summary>
    private static void AssertHeard(string said, Transcript heard)
    {
        var (words, others) = (said.Split(' '), heard.Text.Split(' '));
        Assert.True(
            heard.Understood && words.Length == others.Length && words.Zip(others).Count(w => w.First != w.Second) <= 1,
            $"'{said}' was heard as '{heard.Text}' {heard.Confidence:f2}");
    }

    private async Task<Transcript> HearAsync(short[] samples, KnowledgeText? knowledge)
    {
        using var recognition = await _recognizer.StartAsync(new RecognitionContext("en-US", knowledge), default);
        for (var at = 0; at < samples.Length; at += 320)
        {
            recognition.Write(samples.AsSpan(at, Math.Min(320, samples.Length - at)));
        }

        return await recognition.FinishAsync(default);
    }
}
