using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Core.Tests.Avatars;

public sealed class EnvelopeTimelineTests
{
    [Fact]
    public void Mouth_opens_with_the_sound_and_closes_in_silence()
    {
        var frames = Run([.. new short[8000], .. Tone(500, 16000), .. new short[8000]]);
        Assert.Equal(50, frames.Count);
        Assert.All(frames.Take(12), f => Assert.Equal(0, f.Mouth));
        Assert.All(frames.Skip(16).Take(18), f => Assert.True(MouthTable.Shape(f.Mouth).Jaw > 0.4f));
        Assert.All(frames.Skip(42), f => Assert.Equal(0, f.Mouth));
    }

    [Fact]
    public void Hiss_opens_the_jaw_less_than_a_vowel()
    {
        var vowel = Run(Tone(600, 16000)).Skip(5).Average(f => MouthTable.Shape(f.Mouth).Jaw);
        var hiss = Run(Tone(5500, 16000)).Skip(5).Average(f => MouthTable.Shape(f.Mouth).Jaw);
        Assert.True(hiss < vowel / 2, $"{hiss} {vowel}");
    }

    [Fact]
    public void Chunking_changes_nothing_and_the_count_is_rounded_up()
    {
        var audio = Tone(300, 16001);
        var timeline = new EnvelopeTimeline(16000);
        var frames = new List<FaceFrame>();
        for (var at = 0; at < audio.Length; at += 333)
        {
            timeline.Add(audio.AsSpan(at, Math.Min(333, audio.Length - at)), frames);
        }

        timeline.Complete(frames);
        Assert.Equal(26, frames.Count);
        Assert.Equal(Run(audio), frames);
    }

    private static short[] Tone(double frequency, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (short)(9000 * Math.Sin(2 * Math.PI * frequency * i / 16000)))];

    private static List<FaceFrame> Run(short[] audio)
    {
        var timeline = new EnvelopeTimeline(16000);
        var frames = new List<FaceFrame>();
        timeline.Add(audio, frames);
        timeline.Complete(frames);
        return frames;
    }
}
