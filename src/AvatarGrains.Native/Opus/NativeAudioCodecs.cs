using AvatarGrains.Core.Media;
using AvatarGrains.Native.SpeexDsp;

namespace AvatarGrains.Native.Opus;

/// <summary>Codecs over libopus and the resampler of libspeexdsp. Thread-safe; what it makes is not.</summary>
public sealed class NativeAudioCodecs(OpusSettings? settings = null, int resamplerQuality = NativeAudioCodecs.DefaultResamplerQuality) : IAudioCodecs
{
    /// <summary>speexdsp's scale goes from 0 to 10; 5 keeps speech clean at a small cost.</summary>
    public const int DefaultResamplerQuality = 5;

    private readonly OpusSettings _settings = settings ?? new OpusSettings();

    public IOpusEncoder CreateOpusEncoder(int sampleRate) => new OpusEncoder(sampleRate, _settings);

    public IOpusDecoder CreateOpusDecoder(int sampleRate) => new OpusDecoder(sampleRate);

    public IResampler CreateResampler(int inputRate, int outputRate) => new SpeexResampler(inputRate, outputRate, resamplerQuality);
}
