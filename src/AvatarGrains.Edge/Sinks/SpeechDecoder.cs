using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Edge.Sinks;

/// <summary>Speech of a session as samples, for clients that take PCM or WAVE files. One owner, not thread-safe.</summary>
/// <param name="codecs">Decodes.</param>
/// <param name="sampleRate">Samples per second wanted; any.</param>
internal sealed class SpeechDecoder(IAudioCodecs codecs, int sampleRate) : IDisposable
{
    private readonly IOpusDecoder _decoder = codecs.CreateOpusDecoder(DecodedRate(sampleRate));
    private readonly IResampler? _resampler = DecodedRate(sampleRate) == sampleRate
        ? null
        : codecs.CreateResampler(DecodedRate(sampleRate), sampleRate);
    private readonly short[] _packet = new short[DecodedRate(sampleRate) / 1000 * PackedSpeech.PacketMs];

    /// <summary>Samples per second of what is given.</summary>
    public int SampleRate => sampleRate;

    /// <summary>Decodes a piece of speech; pieces come in order.</summary>
    /// <returns>Mono samples. A packet that cannot be decoded is concealed.</returns>
    public short[] Decode(PackedSpeech speech)
    {
        var samples = new short[speech.PacketCount * _packet.Length];
        var length = 0;
        foreach (var packet in speech.Packets)
        {
            var count = _decoder.Decode(packet.Span, _packet);
            if (count < 0)
            {
                count = _decoder.Conceal(_packet);
            }

            count = Math.Clamp(count, 0, _packet.Length);
            _packet.AsSpan(0, count).CopyTo(samples.AsSpan(length));
            length += count;
        }

        return Resample(samples.AsSpan(0, length));
    }

    /// <summary>A mono 16-bit WAVE file.</summary>
    public static byte[] Wave(ReadOnlySpan<short> samples, int sampleRate) => WaveFile.Write(samples, sampleRate);

    /// <summary>Little-endian 16-bit samples.</summary>
    public static byte[] Pcm(ReadOnlySpan<short> samples)
    {
        var bytes = new byte[samples.Length * sizeof(short)];
        WaveFile.WriteSamples(samples, bytes);
        return bytes;
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _resampler?.Dispose();
    }

    /// <summary>The rates that Opus gives by itself; any other is resampled from the highest.</summary>
    private static int DecodedRate(int sampleRate) => sampleRate is 8000 or 12000 or 16000 or 24000 ? sampleRate : 48000;

    private short[] Resample(ReadOnlySpan<short> samples)
    {
        if (_resampler is null)
        {
            return samples.ToArray();
        }

        var output = new short[_resampler.MaxOutput(samples.Length)];
        return output.AsSpan(0, _resampler.Process(samples, output)).ToArray();
    }
}
