using AvatarGrains.Core.Media;

namespace AvatarGrains.Native.SpeexDsp;

/// <summary>
/// speexdsp's windowed-sinc resampler for one channel. Output starts without the filter's leading zeros, so it stays aligned with the
/// input.
/// </summary>
internal sealed unsafe class SpeexResampler : IResampler
{
    private readonly ResamplerHandle _handle;
    private readonly int _inputRate;
    private readonly int _outputRate;

    public SpeexResampler(int inputRate, int outputRate, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputRate, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputRate, 1000);
        _handle = NativeSpeexDsp.speex_resampler_init(1, (uint)inputRate, (uint)outputRate, quality, out var error);
        if (error != 0)
        {
            _handle.Dispose();
            throw new ArgumentException($"speexdsp refuses {inputRate} Hz to {outputRate} Hz at quality {quality} (error {error})");
        }

        _inputRate = inputRate;
        _outputRate = outputRate;
        _ = NativeSpeexDsp.speex_resampler_skip_zeros(_handle);
    }

    public int MaxOutput(int inputSamples) => (int)(((long)inputSamples * _outputRate / _inputRate) + 2);

    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        if (output.Length < MaxOutput(input.Length))
        {
            throw new ArgumentException($"room for {output.Length} samples, {MaxOutput(input.Length)} may come", nameof(output));
        }

        var written = 0;
        fixed (short* source = input)
        fixed (short* target = output)
        {
            var read = 0;
            while (read < input.Length)
            {
                var inLength = (uint)(input.Length - read);
                var outLength = (uint)(output.Length - written);
                var error = NativeSpeexDsp.speex_resampler_process_int(_handle, 0, source + read, &inLength, target + written, &outLength);
                if (error != 0 || (inLength == 0 && outLength == 0))
                {
                    throw new InvalidOperationException($"speex_resampler_process_int failed with {error}");
                }

                read += (int)inLength;
                written += (int)outLength;
            }
        }

        return written;
    }

    public void Dispose() => _handle.Dispose();
}
