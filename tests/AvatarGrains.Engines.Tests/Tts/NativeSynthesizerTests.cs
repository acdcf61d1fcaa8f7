using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Tts;

namespace AvatarGrains.Engines.Tests.Tts;

public sealed class NativeSynthesizerTests
{
    private const string Absent = "the speech library is not installed";

    [Theory]
    [InlineData("slt")]
    [InlineData("espeak:en-us")]
    [InlineData("espeak:ko")]
    [InlineData("espeak:de+f")]
    public async Task Phonemes_lie_in_the_audio_in_order(string voice)
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable && EspeakSynthesizer.IsAvailable, Absent);
        var pieces = await CollectAsync(voice, voice.Contains("ko", StringComparison.Ordinal)
            ? "안녕하세요. 만나서 반갑습니다."
            : "Hello there, this is a longer sentence of words. And another one, for good measure.");
        Assert.NotEmpty(pieces[0].Phonemes);
        var rate = Assert.Single(pieces.Select(p => p.Audio.SampleRate).Distinct());
        var length = pieces.Sum(p => p.Audio.Samples.Length) * 1000.0 / rate;
        var phonemes = pieces.SelectMany(p => p.Phonemes).ToList();
        Assert.True(phonemes.Count > 8);
        Assert.All(phonemes, p => Assert.InRange(p.EndMs, p.StartMs, length + 30));
        Assert.All(phonemes.Zip(phonemes.Skip(1)), p => Assert.True(p.Second.StartMs >= p.First.EndMs - 16, $"{p}"));
    }

    [Fact]
    public async Task Flite_starts_without_its_long_silence_and_keeps_times_true_over_clauses()
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable, Absent);
        var pieces = await CollectAsync(
            "slt",
            "A happy papa is standing over there, and a happy baby is sitting on a very old poppy carpet, "
                + "as happy people in a happy copy of an opera.");
        var phonemes = pieces.SelectMany(p => p.Phonemes).ToList();
        Assert.InRange(phonemes.First(p => p.Symbol != "pau").StartMs, 20, 60);
        short[] audio = [.. pieces.SelectMany(p => p.Audio.Samples.ToArray())];

        // A closure is quiet against the vowel after it, also late in the request.
        var stops = phonemes.Zip(phonemes.Skip(1)).Where(p => p.First.Symbol == "p" && p.First.EndMs - p.First.StartMs >= 35).ToList();
        Assert.True(stops.Count >= 6);
        Assert.Contains(stops, p => p.First.StartMs > 3000);
        var dips = stops.Count(p =>
        {
            var middle = (p.First.StartMs + p.First.EndMs) / 2;
            return Level(audio, middle - 15, middle + 5) < 0.6 * Level(audio, p.Second.StartMs + 15, p.Second.EndMs);
        });
        Assert.True(dips >= 0.7 * stops.Count, $"{dips} of {stops.Count}");
    }

    [Fact]
    public async Task Cancelled_request_ends_and_the_voice_speaks_again()
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable, Absent);
        using var cancel = new CancellationTokenSource();
        var engine = new FliteSynthesizer();
        var long_ = string.Concat(Enumerable.Repeat("This is one of very many sentences. ", 100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in engine.SynthesizeAsync(new SpeechRequest(long_), cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        var next = new List<SpeechAudio>();
        await foreach (var piece in engine.SynthesizeAsync(new SpeechRequest("Again."), TestContext.Current.CancellationToken))
        {
            next.Add(piece);
        }

        Assert.NotEmpty(next);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("espeak:xx-nowhere")]
    public async Task Unknown_voice_is_rejected(string voice)
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable && EspeakSynthesizer.IsAvailable, Absent);
        var exception = await Assert.ThrowsAsync<EngineException>(() => CollectAsync(voice, "Hello."));
        Assert.Equal(EngineFault.Rejected, exception.Fault);
    }

    [Theory]
    [InlineData("slt", "")]
    [InlineData("slt", "😀 🎉")]
    [InlineData("espeak:en-us", "...")]
    [InlineData("espeak:ja", "   ")]
    public async Task Text_without_words_is_silence_and_no_error(string voice, string text)
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable && EspeakSynthesizer.IsAvailable, Absent);
        var pieces = await CollectAsync(voice, text);
        Assert.True(pieces.Sum(p => p.Audio.Samples.Length) < 22050);
    }

    [Fact]
    public async Task Rate_changes_the_length()
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable && EspeakSynthesizer.IsAvailable, Absent);
        foreach (var voice in new[] { "slt", "espeak:en-us" })
        {
            var normal = (await CollectAsync(voice, "The same plain words.")).Sum(p => p.Audio.Samples.Length);
            var fast = (await CollectAsync(voice, "The same plain words.", 1.6)).Sum(p => p.Audio.Samples.Length);
            Assert.InRange((double)normal / fast, 1.3, 2);
        }
    }

    internal static async Task<List<SpeechAudio>> CollectAsync(string voice, string text, double rate = 1)
    {
        ISpeechSynthesizer engine = voice.StartsWith("espeak", StringComparison.Ordinal) ? Engines.Value.Espeak : Engines.Value.Flite;
        var pieces = new List<SpeechAudio>();
        await foreach (var piece in engine.SynthesizeAsync(new SpeechRequest(text, voice, Rate: rate), TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        return pieces;
    }

    private static readonly Lazy<(FliteSynthesizer Flite, EspeakSynthesizer Espeak)> Engines =
        new(() => (new FliteSynthesizer(), new EspeakSynthesizer()));

    private static double Level(short[] audio, double fromMs, double toMs)
    {
        var stretch = audio.AsSpan(Math.Max(0, (int)(fromMs * 16)), Math.Max(1, (int)((toMs - fromMs) * 16)));
        double sum = 0;
        foreach (var sample in stretch)
        {
            sum += (double)sample * sample;
        }

        return Math.Sqrt(sum / stretch.Length);
    }
}
