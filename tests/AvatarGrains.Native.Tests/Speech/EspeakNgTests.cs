using AvatarGrains.Native.Espeak;

namespace AvatarGrains.Native.Tests.Speech;

public sealed class EspeakNgTests
{
    private const string Absent = "libespeak-ng is not installed";

    [Fact]
    public void Phonemes_tile_the_audio_and_carry_stress()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("espeak-ng"), Absent);
        var sink = new RecordingSink();
        EspeakNg.Synthesize("My big brother bought pepper.", "en-us", 175, 50, sink);
        var lengthMs = sink.Samples.Count * 1000.0 / EspeakNg.SampleRate;
        Assert.InRange(lengthMs, 1000, 3000);
        Assert.All(sink.Phonemes, p => Assert.InRange(p.EndMs, p.StartMs, lengthMs + 1));
        Assert.All(sink.Phonemes.Zip(sink.Phonemes.Skip(1)), p => Assert.True(p.Second.StartMs >= p.First.EndMs));
        Assert.Contains(sink.Phonemes, p => p.Symbol == "b");
        Assert.True(sink.Phonemes.Count(p => p.Stress == 1) >= 3);
    }

    [Fact]
    public void Stop_consonants_are_quieter_than_the_vowels_after_them()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("espeak-ng"), Absent);
        var sink = new RecordingSink();
        EspeakNg.Synthesize("A papa, a papa, a papa.", "en-us", 150, 50, sink);
        var closures = 0;
        for (var i = 0; i + 1 < sink.Phonemes.Count; i++)
        {
            var (stop, vowel) = (sink.Phonemes[i], sink.Phonemes[i + 1]);
            if (stop.Symbol != "p" || stop.EndMs - stop.StartMs < 20)
            {
                continue;
            }

            closures++;
            var vowelLevel = sink.Level(EspeakNg.SampleRate, vowel.StartMs + 20, vowel.EndMs - 20);
            Assert.True(sink.Level(EspeakNg.SampleRate, stop.StartMs, stop.StartMs + ((stop.EndMs - stop.StartMs) / 2)) < vowelLevel / 2);
        }

        Assert.True(closures >= 4);
    }

    [Fact]
    public void Listed_voices_speak()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("espeak-ng"), Absent);
        Assert.True(EspeakNg.Voices.Count > 90);
        var silent = new List<string>();
        foreach (var voice in EspeakNg.Voices)
        {
            var sink = new RecordingSink();
            EspeakNg.Synthesize("123", voice.Language, 175, 50, sink);
            if (sink.Samples.Count < 1000)
            {
                silent.Add(voice.Language);
            }
        }

        // A few languages have no words for numbers, or their dictionary is a package of its own.
        Assert.True(silent.Count <= 8, string.Join(' ', silent));
    }

    [Fact]
    public void Receiver_stops_the_speech()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("espeak-ng"), Absent);
        var sink = new RecordingSink(stopAfter: 3);
        EspeakNg.Synthesize(string.Join(' ', Enumerable.Repeat("a very long story", 200)), "en-us", 175, 50, sink);
        Assert.Equal(3, sink.Calls);
        var next = new RecordingSink();
        EspeakNg.Synthesize("Hello.", "en-us", 175, 50, next);
        Assert.InRange(next.Samples.Count, 5000, 40000);
    }

    [Fact]
    public void Unknown_voice_is_refused_and_the_library_goes_on()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("espeak-ng"), Absent);
        Assert.Throws<ArgumentException>(() => EspeakNg.Synthesize("x", "../../etc", 175, 50, new RecordingSink()));
        var sink = new RecordingSink();
        EspeakNg.Synthesize("Hallo", "de", 175, 50, sink);
        Assert.NotEmpty(sink.Samples);
    }

    [Fact]
    public async Task Parallel_callers_get_their_own_speech()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("espeak-ng"), Absent);
        string[] texts = ["One two three.", "A quite different sentence.", "Hello."];
        var alone = texts.Select(t => Speak(t).Phonemes).ToArray();
        var together = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => Speak(texts[i % 3]).Phonemes)));
        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % 3].Select(p => p.Symbol), together[i].Select(p => p.Symbol));
        }
    }

    private static RecordingSink Speak(string text)
    {
        var sink = new RecordingSink();
        EspeakNg.Synthesize(text, "en-us", 175, 50, sink);
        return sink;
    }
}
