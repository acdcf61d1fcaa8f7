using AvatarGrains.Native.Opus;
using AvatarGrains.Native.SpeexDsp;
using AvatarGrains.Native.Tests.Opus;

namespace AvatarGrains.Native.Tests.SpeexDsp;

public sealed class SpeexDspTests
{
    private const string Absent = "libspeexdsp is not installed";

    [Theory]
    [InlineData(22050, 24000)]
    [InlineData(48000, 16000)]
    [InlineData(16000, 16000)]
    public void Resampled_tone_stays_aligned_and_alike(int from, int to)
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("speexdsp"), Absent);
        using var resampler = new NativeAudioCodecs().CreateResampler(from, to);
        var input = OpusTests.Tone(from, 200, 0, from);
        var output = new List<short>();
        for (var at = 0; at < input.Length;)
        {
            var count = Math.Min(331, input.Length - at);
            var room = new short[resampler.MaxOutput(count)];
            output.AddRange(room.AsSpan(0, resampler.Process(input.AsSpan(at, count), room)));
            at += count;
        }

        Assert.InRange(output.Count, to - (to / 100), to + 10);
        var expected = OpusTests.Tone(to, 200, 0, output.Count);
        var error = Enumerable.Range(500, output.Count - 1000).Average(i => Math.Abs(output[i] - expected[i]));
        Assert.True(error < 600, $"{error}");
    }

    [Fact]
    public void Denoiser_lowers_steady_noise_more_than_a_voice_like_tone()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("speexdsp"), Absent);
        using var denoiser = new SpeexDenoiser(16000, 320, 20);
        var random = new Random(3);
        double before = 0, after = 0;
        for (var n = 0; n < 200; n++)
        {
            var frame = new short[320];
            for (var i = 0; i < frame.Length; i++)
            {
                frame[i] = (short)random.Next(-1000, 1000);
            }

            before += n < 100 ? 0 : frame.Sum(s => (double)s * s);
            denoiser.Process(frame);
            after += n < 100 ? 0 : frame.Sum(s => (double)s * s);
        }

        Assert.True(after < before / 10, $"{after / before}");
    }
}
