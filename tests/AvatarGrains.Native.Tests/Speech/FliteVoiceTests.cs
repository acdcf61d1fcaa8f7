using AvatarGrains.Native.Flite;

namespace AvatarGrains.Native.Tests.Speech;

public sealed class FliteVoiceTests
{
    private const string Absent = "libflite is not installed";
    private static readonly Lazy<Dictionary<string, FliteVoice>> Voices = new(() => FliteVoice.Names.ToDictionary(n => n, FliteVoice.Open));

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("awb")]
    public void Phonemes_come_first_and_tile_the_audio(string name)
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("flite"), Absent);
        var sink = new RecordingSink();
        var rate = Voices.Value[name].Synthesize("My big brother bought pepper.", 1, sink);
        Assert.Equal(16000, rate);
        Assert.Equal("pau", sink.Phonemes[0].Symbol);
        Assert.Equal("pau", sink.Phonemes[^1].Symbol);
        Assert.InRange(sink.Samples.Count * 1000.0 / rate, sink.Phonemes[^1].EndMs - 25, sink.Phonemes[^1].EndMs + 25);
        Assert.All(sink.Phonemes.Zip(sink.Phonemes.Skip(1)), p => Assert.Equal(p.First.EndMs, p.Second.StartMs));
        Assert.Contains(sink.Phonemes, p => p is { Symbol: "ih", Stress: 1 });
    }

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("awb")]
    public void Closures_of_p_and_b_are_quieter_than_the_vowels_around_them(string name)
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("flite"), Absent);
        var sink = new RecordingSink();
        var rate = Voices.Value[name].Synthesize("A baby poppy, a happy puppy, a rapid bobby.", 1, sink);
        var dips = 0;
        var closures = 0;
        for (var i = 1; i + 1 < sink.Phonemes.Count; i++)
        {
            var stop = sink.Phonemes[i];
            if (stop.Symbol is not ("p" or "b") || stop.EndMs - stop.StartMs < 30)
            {
                continue;
            }

            closures++;
            var middle = (stop.StartMs + stop.EndMs) / 2;
            var vowel = sink.Phonemes[i + 1];
            dips += sink.Level(rate, middle - 15, middle + 10) < 0.6 * sink.Level(rate, vowel.StartMs + 15, vowel.EndMs) ? 1 : 0;
        }

        Assert.True(closures >= 6);
        Assert.True(dips >= 0.65 * closures, $"{dips} of {closures}");
    }

    [Fact]
    public void Stretch_changes_the_length()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("flite"), Absent);
        var normal = new RecordingSink();
        var slow = new RecordingSink();
        Voices.Value["slt"].Synthesize("A plain sentence of words.", 1, normal);
        Voices.Value["slt"].Synthesize("A plain sentence of words.", 2, slow);
        Assert.InRange((double)slow.Samples.Count / normal.Samples.Count, 1.7, 2.2);
    }

    [Fact]
    public void Receiver_stops_the_speech()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("flite"), Absent);
        var sink = new RecordingSink(stopAfter: 2);
        Voices.Value["slt"].Synthesize("A sentence that is much longer than the two pieces which are taken of it.", 1, sink);
        Assert.Equal(2, sink.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("...")]
    [InlineData("日本語")]
    [InlineData("<speak>&%$#@!</speak>")]
    public void Text_without_words_does_no_harm(string text)
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("flite"), Absent);
        var sink = new RecordingSink();
        Voices.Value["slt"].Synthesize(text, 1, sink);
        Assert.True(sink.Samples.Count < 16000 * 5);
    }

    [Fact]
    public async Task Parallel_callers_get_the_speech_they_get_alone()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("flite"), Absent);
        string[] names = ["slt", "rms", "awb"];
        var alone = names.Select(n => Speak(n)).ToArray();
        var together = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => Speak(names[i % 3]))));
        for (var i = 0; i < together.Length; i++)
        {
            // The vocoder excites unvoiced sounds with noise of one generator for all, so that speech is alike but not the same to the bit.
            Assert.Equal(alone[i % 3].Phonemes, together[i].Phonemes);
            Assert.Equal(alone[i % 3].Samples.Count, together[i].Samples.Count);
            var length = alone[i % 3].Samples.Count / 16;
            Assert.Equal(1, together[i].Level(16000, 0, length) / alone[i % 3].Level(16000, 0, length), 0.1);
        }
    }

    [Fact]
    public void Unknown_voice_is_refused() => Assert.Throws<ArgumentException>(() => FliteVoice.Open("nobody"));

    private static RecordingSink Speak(string voice)
    {
        var sink = new RecordingSink();
        Voices.Value[voice].Synthesize("The same words.", 1, sink);
        return sink;
    }
}
