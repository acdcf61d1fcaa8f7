using AvatarGrains.Core.Avatars;
using AvatarGrains.Engines.Tts;

namespace AvatarGrains.Engines.Tests.Tts;

public sealed class LipSyncTests
{
    private static readonly string[] Sentences =
    [
        "I can answer questions about this server, and I can tell you how to connect a model of your own.",
        "Open the door and follow the path along the river until you reach the old market.",
        "Hello, my big brother bought pepper, and he took many beautiful pictures of the harbour at night.",
    ];

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("awb")]
    [InlineData("espeak:en-us")]
    public async Task Mouth_opening_follows_the_loudness_within_40_ms(string voice)
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable && EspeakSynthesizer.IsAvailable, "the speech library is not installed");
        var offsets = new List<double>();
        foreach (var sentence in Sentences)
        {
            var pieces = await NativeSynthesizerTests.CollectAsync(voice, sentence);
            var rate = pieces[0].Audio.SampleRate;
            short[] audio = [.. pieces.SelectMany(p => p.Audio.Samples.ToArray())];
            var timeline = new VisemeTimeline();
            foreach (var phoneme in pieces.SelectMany(p => p.Phonemes))
            {
                timeline.Add(phoneme);
            }

            timeline.Complete(audio.Length * 1000.0 / rate);
            var frames = new List<FaceFrame>();
            timeline.Emit(frames);
            offsets.Add(OffsetMs(frames, audio, rate));
        }

        Assert.InRange(offsets.Average(), -40, 40);
    }

    /// <summary>The lag at which jaw opening and log loudness agree best, milliseconds; positive when the mouth is late.</summary>
    private static double OffsetMs(List<FaceFrame> frames, short[] audio, int rate)
    {
        const int edge = 20;
        var count = frames.Count * 4;
        var loudness = new double[count];
        var jaw = new double[count];
        for (var i = 0; i < count; i++)
        {
            var from = Math.Min(audio.Length - 1, i * rate / 100);
            var to = Math.Min(audio.Length, (i + 1) * rate / 100);
            loudness[i] = Math.Log10(1 + (Math.Sqrt(audio[from..Math.Max(to, from + 1)].Average(s => (double)s * s)) / 50));
            jaw[i] = MouthTable.Shape(frames[i / 4].Mouth).Jaw;
        }

        var (meanLoudness, meanJaw) = (loudness.Average(), jaw.Average());
        return 10.0 * Enumerable.Range(-edge, (2 * edge) + 1).MaxBy(lag =>
            Enumerable.Range(edge, count - (2 * edge)).Sum(i => (loudness[i] - meanLoudness) * (jaw[i + lag] - meanJaw)));
    }
}
