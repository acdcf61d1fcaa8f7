using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Shared;

/// <summary>Audio of clients into mono samples and speech back into files. Thread-safe.</summary>
/// <param name="codecs">Resampling.</param>
/// <param name="transcoder">Formats beyond WAVE, or null when this server has none.</param>
internal sealed class AudioFiles(IAudioCodecs codecs, IAudioTranscoder? transcoder = null)
{
    /// <summary>What recognizers hear, samples per second.</summary>
    public const int RecognitionRate = 16000;

    /// <summary>True when speech can be written so on this server.</summary>
    public bool Writes(AudioContainer container) => container != AudioContainer.Mp3 || transcoder is not null;

    /// <summary>Decodes a whole upload of any common format that may last a while at most.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="sampleRate">Samples per second wanted.</param>
    /// <param name="longest">Longest audio.</param>
    /// <param name="cancellationToken">Cancels the decoding.</param>
    /// <returns>The samples; <see cref="RequestFault.Invalid"/> when it is no audio, <see cref="RequestFault.TooLarge"/> when it is longer.</returns>
    public async ValueTask<Checked<PcmBlock>> ReadAsync(
        ReadOnlyMemory<byte> file, int sampleRate, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (await DecodeAsync(file, sampleRate, longest, cancellationToken) is not { } audio)
        {
            return new RequestError(RequestFault.Invalid, "The file is not audio that can be read here.");
        }

        return audio.Duration <= longest
            ? audio
            : new RequestError(RequestFault.TooLarge, $"Audio may last {longest.TotalSeconds:0} seconds.");
    }

    /// <summary>Decodes a whole upload. What is longer than allowed is cut a second after that, before it grows by resampling.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="sampleRate">Samples per second wanted.</param>
    /// <param name="longest">Longest audio; null for no limit.</param>
    /// <param name="cancellationToken">Cancels the decoding.</param>
    /// <returns>Null when it is not audio that can be read here.</returns>
    public async ValueTask<PcmBlock?> DecodeAsync(
        ReadOnlyMemory<byte> file, int sampleRate, TimeSpan? longest, CancellationToken cancellationToken)
    {
        if (WaveFile.Read(file.Span) is { } wave)
        {
            return Resample(Cut(wave, longest), sampleRate);
        }

        return transcoder is null ? null : await transcoder.DecodeAsync(file, sampleRate, cancellationToken);
    }

    /// <summary>Writes speech at a rate.</summary>
    /// <exception cref="InvalidOperationException">This server does not write such; see <see cref="Writes"/>.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> EncodeAsync(
        PcmBlock audio, AudioContainer container, int sampleRate, CancellationToken cancellationToken)
    {
        var wanted = Resample(audio, sampleRate);
        switch (container)
        {
            case AudioContainer.Pcm:
                var bytes = new byte[wanted.Samples.Length * sizeof(short)];
                WaveFile.WriteSamples(wanted.Samples.Span, bytes);
                return bytes;
            case AudioContainer.Wav:
                return WaveFile.Write(wanted.Samples.Span, sampleRate);
            default:
                var mp3 = transcoder ?? throw new InvalidOperationException("This server writes no MP3.");
                return await mp3.EncodeMp3Async(wanted, sampleRate, cancellationToken);
        }
    }

    /// <summary>Whole audio at another rate.</summary>
    public PcmBlock Resample(PcmBlock audio, int sampleRate)
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

    private static PcmBlock Cut(in PcmBlock audio, TimeSpan? longest)
    {
        var most = longest is { } limit ? (long)((limit.TotalSeconds + 1) * audio.SampleRate) : long.MaxValue;
        return audio.Samples.Length > most ? new PcmBlock(audio.Samples[..(int)most], audio.SampleRate) : audio;
    }
}
