using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>Resamples by taking the nearest sample, so that transcripts do not depend on a library's arithmetic.</summary>
internal sealed class PlainResampling : IAudioCodecs
{
    /// <summary>The most samples it was given at once.</summary>
    public int Most { get; private set; }

    public IOpusEncoder CreateOpusEncoder(int sampleRate) => throw new NotSupportedException();

    public IOpusDecoder CreateOpusDecoder(int sampleRate) => throw new NotSupportedException();

    public IResampler CreateResampler(int inputRate, int outputRate) => new Nearest(this, inputRate, outputRate);

    private sealed class Nearest(PlainResampling owner, int inputRate, int outputRate) : IResampler
    {
        public int MaxOutput(int inputSamples) => (int)((long)inputSamples * outputRate / inputRate) + 1;

        public int Process(ReadOnlySpan<short> input, Span<short> output)
        {
            owner.Most = Math.Max(owner.Most, input.Length);
            var count = (int)((long)input.Length * outputRate / inputRate);
            for (var i = 0; i < count; i++)
            {
                output[i] = input[(int)((long)i * inputRate / outputRate)];
            }

            return count;
        }

        public void Dispose()
        {
        }
    }
}
