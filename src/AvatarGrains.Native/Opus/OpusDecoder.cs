using AvatarGrains.Core.Media;

namespace AvatarGrains.Native.Opus;

/// <summary>libopus, one mono stream.</summary>
internal sealed unsafe class OpusDecoder : IOpusDecoder
{
    private readonly OpusDecoderHandle _handle;

    public OpusDecoder(int sampleRate)
    {
        _handle = NativeOpus.opus_decoder_create(sampleRate, 1, out var error);
        if (error != 0)
        {
            _handle.Dispose();
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, $"Opus gives 8, 12, 16, 24 or 48 kHz (error {error})");
        }

        SampleRate = sampleRate;
    }

    public int SampleRate { get; }

    public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm)
    {
        if (packet.IsEmpty)
        {
            // libopus takes an empty packet as a loss; to a caller it is not valid Opus.
            return -4;
        }

        fixed (byte* data = packet)
        fixed (short* samples = pcm)
        {
            return NativeOpus.opus_decode(_handle, data, packet.Length, samples, pcm.Length, 0);
        }
    }

    public int Conceal(Span<short> pcm)
    {
        fixed (short* samples = pcm)
        {
            return NativeOpus.opus_decode(_handle, null, 0, samples, pcm.Length, 0);
        }
    }

    public void Dispose() => _handle.Dispose();
}
