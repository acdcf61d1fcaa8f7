using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Audio files of clients into samples and back.</summary>
/// <param name="codecs">Resampling.</param>
/// <param name="transcoder">Formats beyond WAVE, or null when this server has none.</param>
/// <param name="longest">What is longer is cut a second after it, before it grows by resampling; null for no limit.</param>
internal sealed class PersoAudio(IAudioCodecs codecs, IAudioTranscoder? transcoder = null, TimeSpan? longest = null)
{
    /// <summary>True when speech can be had in a format.</summary>
    public bool Makes(string format) => RateOf(format) > 0 && (transcoder is not null || !format.StartsWith("mp3", StringComparison.Ordinal));

    /// <summary>Decodes a file.</summary>
    /// <returns>Null when it is not audio that can be read here.</returns>
    public async ValueTask<PcmBlock?> DecodeAsync(ReadOnlyMemory<byte> file, int sampleRate, CancellationToken cancellationToken)
    {
        if (WaveFile.Read(file.Span) is { } wave)
        {
            return Resample(Cut(wave), sampleRate);
        }

        return transcoder is null ? null : await transcoder.DecodeAsync(file, sampleRate, cancellationToken);
    }

    /// <summary>Encodes speech in an output format of the dialect.</summary>
    /// <param name="audio">The speech.</param>
    /// <param name="format">One of pcm, pcm_24000, pcm_44100, wav, wav_24000, wav_44100, mp3, mp3_44100.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Null when the format is unknown or cannot be made here.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> EncodeAsync(PcmBlock audio, string format, CancellationToken cancellationToken)
    {
        if (!Makes(format))
        {
            return null;
        }

        var rate = RateOf(format);
        var wanted = Resample(audio, rate);
        switch (format.Split('_')[0])
        {
            case "pcm":
                var bytes = new byte[wanted.Samples.Length * 2];
                WaveFile.WriteSamples(wanted.Samples.Span, bytes);
                return bytes;
            case "wav":
                return WaveFile.Write(wanted.Samples.Span, rate);
            default:
                return await transcoder!.EncodeMp3Async(wanted, rate, cancellationToken);
        }
    }

    private PcmBlock Cut(in PcmBlock audio)
    {
        var most = longest is { } limit ? (long)((limit.TotalSeconds + 1) * audio.SampleRate) : long.MaxValue;
        return audio.Samples.Length > most ? new PcmBlock(audio.Samples[..(int)most], audio.SampleRate) : audio;
    }

    private static int RateOf(string format) => format switch
    {
        "pcm" or "pcm_24000" or "wav" or "wav_24000" or "mp3" => 24000,
        "pcm_44100" or "wav_44100" or "mp3_44100" => 44100,
        _ => 0,
    };

    private PcmBlock Resample(PcmBlock audio, int sampleRate)
    {
        if (audio.SampleRate == sampleRate)
        {
            return audio;
        }

        using var resampler = codecs.CreateResampler(audio.SampleRate, sampleRate);
        var output = new short[resampler.MaxOutput(audio.Samples.Length)];
        var length = resampler.Process(audio.Samples.Span, output);
        return new PcmBlock(output.AsMemory(0, length), sampleRate);
    }
}
