using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Audio of clients: files, base64 and samples.</summary>
public sealed class AudioTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("AAEC", 4, null)]
    [InlineData("AAE=", 4, null)]
    [InlineData("AAE", 4, RequestFault.Invalid)]
    [InlineData("A?==", 4, RequestFault.Invalid)]
    [InlineData("AAECAAEC", 4, RequestFault.TooLarge)]
    [InlineData(null, 4, RequestFault.Missing)]
    public void Base64_is_decoded_or_told_what_is_wrong_with_it(string? text, int most, object? fault)
    {
        var read = Encoded.Base64(text, "audio", most);
        Assert.Equal(fault, read.Error?.Fault);
        Assert.Equal(fault is null ? Convert.FromBase64String(text!) : null, read.Is(out var bytes, out _) ? bytes : null);
        Assert.Equal(fault is null ? null : "audio", read.Error?.Field);
    }

    [Theory]
    [InlineData("\"AAEC\"", null)]
    [InlineData("\"A?==\"", RequestFault.Invalid)]
    [InlineData("\"AAECAAEC\"", RequestFault.TooLarge)]
    [InlineData("12", RequestFault.WrongType)]
    [InlineData("null", RequestFault.WrongType)]
    public void Base64_of_json_is_decoded_or_told_what_is_wrong_with_it(string json, object? fault)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(fault, Encoded.Base64(document.RootElement, "audio", 8).Error?.Fault);
        Assert.Equal(RequestFault.WrongType, Encoded.Base64((JsonElement?)null, "audio", 8).Error!.Fault);
    }

    [Fact]
    public void Samples_with_an_odd_byte_are_an_error()
    {
        Assert.True(Encoded.Pcm16([0x01, 0x02, 0xff, 0xff], "audio").Is(out var samples, out _));
        Assert.Equal([0x0201, -1], samples);
        Assert.Equal(RequestFault.Invalid, Encoded.Pcm16([1, 2, 3], "audio").Error!.Fault);
        Assert.Empty(Encoded.Pcm16([], "audio").Demand());
    }

    [Fact]
    public async Task Upload_becomes_samples_at_the_wanted_rate()
    {
        var wave = WaveFile.Write(new short[48000], 48000);
        var read = await new AudioFiles(new PlainResampling()).ReadAsync(wave, AudioFiles.RecognitionRate, Longest, Token);
        Assert.True(read.Is(out var audio, out _));
        Assert.Equal((16000, 16000), (audio.SampleRate, audio.Samples.Length));
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(3, RequestFault.TooLarge)]
    [InlineData(600, RequestFault.TooLarge)]
    public async Task Upload_that_lasts_too_long_is_refused_before_it_grows(int seconds, object? fault)
    {
        var codecs = new PlainResampling();
        var read = await new AudioFiles(codecs).ReadAsync(WaveFile.Write(new short[seconds * 8000], 8000), 16000, Longest, Token);
        Assert.Equal(fault, read.Error?.Fault);
        Assert.InRange(codecs.Most, 1, 3 * 8000);
    }

    [Fact]
    public async Task Upload_that_is_no_audio_is_an_error() => Assert.Equal(
        RequestFault.Invalid,
        (await new AudioFiles(new PlainResampling()).ReadAsync(Encoding.UTF8.GetBytes("hello"), 16000, Longest, Token)).Error!.Fault);

    [Fact]
    public async Task Speech_is_written_into_what_this_server_can_write()
    {
        var files = new AudioFiles(new PlainResampling());
        var speech = new PcmBlock(new short[] { 1, 2, 3, 4 }, 16000);
        Assert.Equal([1, 0, 3, 0], (await files.EncodeAsync(speech, AudioContainer.Pcm, 8000, Token)).ToArray());
        var wave = await files.EncodeAsync(speech, AudioContainer.Wav, 16000, Token);
        Assert.Equal(speech.Samples.ToArray(), WaveFile.Read(wave.Span)!.Value.Samples.ToArray());
        Assert.False(files.Writes(AudioContainer.Mp3));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await files.EncodeAsync(speech, AudioContainer.Mp3, 16000, Token));
    }
}
