using AvatarGrains.Core.Media;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>For tests that encode nothing.</summary>
public sealed class NoCodecs : IAudioCodecs
{
    public IOpusEncoder CreateOpusEncoder(int sampleRate) => throw new NotSupportedException();

    public IOpusDecoder CreateOpusDecoder(int sampleRate) => throw new NotSupportedException();

    public IResampler CreateResampler(int inputRate, int outputRate) => throw new NotSupportedException();
}
