namespace AvatarGrains.Native.SpeexDsp;

/// <summary>speexdsp's noise suppression for one mono stream, in place, frame by frame. One owner, not thread-safe.</summary>
public sealed unsafe class SpeexDenoiser : IDisposable
{
    private readonly PreprocessHandle _handle;

    /// <param name="sampleRate">Samples per second, 8000 to 48000.</param>
    /// <param name="frameSamples">Samples per frame; 10 to 20 ms worth.</param>
    /// <param name="suppressDb">How far noise is lowered at most, dB, positive.</param>
    /// <exception cref="DllNotFoundException">libspeexdsp is absent.</exception>
    public SpeexDenoiser(int sampleRate, int frameSamples, int suppressDb = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 8000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, 48000);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameSamples, sampleRate / 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frameSamples, sampleRate / 25);
        ArgumentOutOfRangeException.ThrowIfNegative(suppressDb);
        _handle = NativeSpeexDsp.speex_preprocess_state_init(frameSamples, sampleRate);
        FrameSamples = frameSamples;
        Set(NativeSpeexDsp.SetDenoise, 1);
        Set(NativeSpeexDsp.SetNoiseSuppress, -suppressDb);
    }

    public int FrameSamples { get; }

    /// <summary>Cleans one frame in place; the result is delayed by half a frame.</summary>
    public void Process(Span<short> frame)
    {
        if (frame.Length != FrameSamples)
        {
            throw new ArgumentException($"a frame is {FrameSamples} samples, not {frame.Length}", nameof(frame));
        }

        fixed (short* samples = frame)
        {
            _ = NativeSpeexDsp.speex_preprocess_run(_handle, samples);
        }
    }

    public void Dispose() => _handle.Dispose();

    private void Set(int request, int value)
    {
        if (NativeSpeexDsp.speex_preprocess_ctl(_handle, request, &value) != 0)
        {
            throw new InvalidOperationException($"speex_preprocess_ctl refuses request {request}");
        }
    }
}
