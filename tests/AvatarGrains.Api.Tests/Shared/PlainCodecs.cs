using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Codecs whose arithmetic a test can know: every packet is 20 ms of its first byte.</summary>
internal sealed class PlainCodecs : IAudioCodecs
{
    public IOpusEncoder CreateOpusEncoder(int sampleRate) => throw new NotSupportedException();

    public IOpusDecoder CreateOpusDecoder(int sampleRate) => new Decoder(sampleRate);

    public IResampler CreateResampler(int inputRate, int outputRate) => throw new NotSupportedException();

    private sealed class Decoder(int sampleRate) : IOpusDecoder
    {
        public int SampleRate => sampleRate;

        public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm)
        {
            var samples = sampleRate / 50;
            pcm[..samples].Fill(packet[0]);
            return samples;
        }

        public int Conceal(Span<short> pcm) => pcm.Length;

        public void Dispose()
        {
        }
    }
}
