using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>Decodes a packet to samples that all are its first byte, so that transcripts do not depend on a library's arithmetic.</summary>
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
            pcm.Fill(packet[0]);
            return pcm.Length;
        }

        public int Conceal(Span<short> pcm) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
