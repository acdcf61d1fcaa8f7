using AvatarGrains.Native.Opus;

namespace AvatarGrains.Native.Tests.Opus;

public sealed class OpusTests
{
    private const string Absent = "libopus is not installed";

    [Theory]
    [InlineData(16000)]
    [InlineData(24000)]
    [InlineData(48000)]
    public void Tone_survives_the_round_trip_at_48_kHz(int rate)
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("opus"), Absent);
        var codecs = new NativeAudioCodecs(new OpusSettings { Application = OpusApplication.Audio, Bitrate = 64000 });
        using var encoder = codecs.CreateOpusEncoder(rate);
        using var decoder = codecs.CreateOpusDecoder(48000);
        var packet = new byte[1275];
        var heard = new List<short>();
        var pcm = new short[960];
        for (var n = 0; n < 50; n++)
        {
            var length = encoder.Encode(Tone(rate, 440, n * rate / 50, rate / 50), packet);
            Assert.Equal(960, decoder.Decode(packet.AsSpan(0, length), pcm));
            heard.AddRange(pcm);
        }

        Assert.Equal(440.0, Crossings(heard.Skip(4800)) / 2 / ((heard.Count - 4800) / 48000.0), 4.0);
        Assert.InRange(heard.Skip(4800).Max(s => (int)s), 7000, 13000);
    }

    [Fact]
    public void Silence_with_dtx_costs_next_to_nothing()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("opus"), Absent);
        using var encoder = new NativeAudioCodecs(new OpusSettings { Dtx = true }).CreateOpusEncoder(16000);
        var packet = new byte[1275];
        var sizes = Enumerable.Range(0, 100).Select(_ => encoder.Encode(new short[320], packet)).ToArray();
        Assert.True(sizes.Skip(50).Count(s => s <= 2) > 40, string.Join(',', sizes));
    }

    [Fact]
    public void Lost_packet_is_concealed()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("opus"), Absent);
        var codecs = new NativeAudioCodecs();
        using var encoder = codecs.CreateOpusEncoder(16000);
        using var decoder = codecs.CreateOpusDecoder(16000);
        var packet = new byte[1275];
        var pcm = new short[320];
        for (var n = 0; n < 10; n++)
        {
            var length = encoder.Encode(Tone(16000, 300, n * 320, 320), packet);
            Assert.Equal(320, decoder.Decode(packet.AsSpan(0, length), pcm));
        }

        Assert.Equal(320, decoder.Conceal(pcm));
        Assert.True(pcm.Max(s => (int)s) > 500);
    }

    [Fact]
    public void Rubbish_is_no_packet_and_never_throws()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("opus"), Absent);
        using var decoder = new NativeAudioCodecs().CreateOpusDecoder(48000);
        var random = new Random(7);
        var pcm = new short[5760];
        Assert.True(decoder.Decode([], pcm) < 0);
        for (var n = 0; n < 2000; n++)
        {
            var packet = new byte[random.Next(1, 400)];
            random.NextBytes(packet);
            Assert.InRange(decoder.Decode(packet, pcm), -10, 5760);
        }
    }

    [Fact]
    public void Wrong_rate_and_frame_are_refused()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("opus"), Absent);
        var codecs = new NativeAudioCodecs();
        Assert.Throws<ArgumentOutOfRangeException>(() => codecs.CreateOpusEncoder(22050));
        using var encoder = codecs.CreateOpusEncoder(16000);
        Assert.Throws<ArgumentException>(() => encoder.Encode(new short[100], new byte[1275]));
    }

    internal static short[] Tone(int rate, double frequency, int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i => (short)(10000 * Math.Sin(2 * Math.PI * frequency * i / rate)))];

    private static int Crossings(IEnumerable<short> samples)
    {
        var all = samples.ToArray();
        return Enumerable.Range(1, all.Length - 1).Count(i => (all[i - 1] < 0) != (all[i] < 0));
    }
}
