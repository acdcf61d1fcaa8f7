using System.Diagnostics;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Processes;

namespace AvatarGrains.Media.Tests.Processes;

public sealed class FfmpegTranscoderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mp3", "libmp3lame")]
    [InlineData("ogg", "libopus")]
    [InlineData("webm", "libopus")]
    [InlineData("flac", "flac")]
    public async Task Recordings_of_browsers_and_phones_are_read(string container, string codec)
    {
        using var transcoder = Open();
        var file = await ConvertAsync(Tone(TimeSpan.FromSeconds(1)), container, codec);
        var pcm = await transcoder.DecodeAsync(file, 16000, Token);
        Assert.InRange(pcm!.Value.Duration.TotalMilliseconds, 950, 1150);
        Assert.True(pcm.Value.Samples.Span[8000..8160].ContainsAnyExceptInRange((short)-1000, (short)1000));
    }

    [Theory]
    [InlineData(24000)]
    [InlineData(44100)]
    public async Task Speech_becomes_an_mp3_file_that_starts_as_sdks_expect(int rate)
    {
        using var transcoder = Open();
        var file = await transcoder.EncodeMp3Async(Tone(TimeSpan.FromSeconds(1)), rate, Token);
        Assert.True(file.Span.StartsWith("ID3"u8));
        Assert.InRange((await transcoder.DecodeAsync(file, 16000, Token))!.Value.Duration.TotalMilliseconds, 950, 1150);
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n")]
    [InlineData("ffconcat version 1.0\nfile /etc/passwd\n")]
    [InlineData("RIFFxxxxWAVE and nothing more")]
    [InlineData("OggS and nothing more")]
    [InlineData("fLaC and nothing more")]
    [InlineData("")]
    public async Task What_is_no_audio_or_names_other_files_is_nothing(string text)
    {
        using var transcoder = Open();
        Assert.Null(await transcoder.DecodeAsync(System.Text.Encoding.UTF8.GetBytes(text), 16000, Token));
    }

    [Fact]
    public async Task A_small_file_of_hours_of_silence_is_cut_soon_after_the_limit()
    {
        using var transcoder = Open(new ConverterLimits { MaxAudio = TimeSpan.FromSeconds(5) });
        var file = await ConvertAsync(new PcmBlock(new short[16000 * 60 * 20], 16000), "flac", "flac");
        Assert.InRange(file.Length, 1, 1 << 19);
        var pcm = await transcoder.DecodeAsync(file, 16000, Token);
        Assert.Equal(TimeSpan.FromSeconds(6), pcm!.Value.Duration);
    }

    [Fact]
    public async Task A_conversion_that_takes_too_long_is_ended()
    {
        using var transcoder = Open(new ConverterLimits { Time = TimeSpan.FromTicks(1) });
        Assert.Null(await transcoder.DecodeAsync(WaveFile.Write(new short[16000], 16000), 8000, Token));
    }

    private static FfmpegTranscoder Open(ConverterLimits? limits = null)
    {
        var transcoder = FfmpegTranscoder.Open(limits ?? new ConverterLimits(), TimeProvider.System);
        Assert.SkipUnless(transcoder is not null, "ffmpeg is not installed");
        return transcoder!;
    }

    private static PcmBlock Tone(TimeSpan length) => new(
        Enumerable.Range(0, (int)(length.TotalSeconds * 16000)).Select(i => (short)(8000 * Math.Sin(i * 0.2))).ToArray(), 16000);

    private static async Task<byte[]> ConvertAsync(PcmBlock audio, string container, string codec)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-loglevel", "error", "-f", "wav", "-i", "pipe:0", "-c:a", codec, "-f", container, "pipe:1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var copied = process.StandardOutput.BaseStream.CopyToAsync(output, Token);
        await process.StandardInput.BaseStream.WriteAsync(WaveFile.Write(audio.Samples.Span, audio.SampleRate), Token);
        process.StandardInput.Close();
        await copied;
        await process.WaitForExitAsync(Token);
        return output.ToArray();
    }
}
