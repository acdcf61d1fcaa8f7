namespace AvatarGrains.Core.Avatars;

/// <summary>
/// Moves the mouth by the sound alone, for speech whose phonemes nobody knows: loudness opens the jaw, the balance of high and low frequencies
/// chooses between hissing, wide and round mouths. One face per 40 ms; a frame depends on the audio up to its own end only.
/// One owner, not thread-safe.
/// </summary>
public sealed class EnvelopeTimeline
{
    private const double FloorRms = 60;
    private const float Attack = 0.75f;
    private const float Release = 0.55f;
    private const double PeakDecay = 0.995;

    private readonly int _frameSamples;
    private readonly Expression _expression;
    private double _peak = 1500;
    private double _energy;
    private double _differences;
    private short _previous;
    private int _filled;
    private float _jaw;
    private float _width;
    private byte _mouth;

    /// <param name="sampleRate">Samples per second of the audio, at least 1000.</param>
    /// <param name="expression">Held over all frames.</param>
    public EnvelopeTimeline(int sampleRate, Expression expression = Expression.Neutral)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1000);
        _frameSamples = sampleRate / 25;
        _expression = expression;
    }

    /// <summary>Adds audio and appends the frames it completes.</summary>
    public void Add(ReadOnlySpan<short> samples, List<FaceFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        foreach (var sample in samples)
        {
            double difference = sample - _previous;
            _previous = sample;
            _energy += (double)sample * sample;
            _differences += difference * difference;
            if (++_filled == _frameSamples)
            {
                frames.Add(Frame());
            }
        }
    }

    /// <summary>Appends the frame of what is left, if anything is.</summary>
    public void Complete(List<FaceFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (_filled > 0)
        {
            frames.Add(Frame());
        }
    }

    private FaceFrame Frame()
    {
        var rms = Math.Sqrt(_energy / _filled);

        // Mean square of the slope against mean square of the signal: 2 − 2·cos of the dominating frequency, here scaled to hertz.
        var tilt = _energy < 1 ? 0 : Math.Sqrt(_differences / _energy) * _frameSamples * 25 / (2 * Math.PI);
        _peak = Math.Max(Math.Max(_peak * PeakDecay, 800), rms);
        _energy = _differences = 0;
        _filled = 0;
        var gate = Math.Max(FloorRms, _peak * 0.04);
        var loudness = rms <= gate ? 0 : (float)Math.Clamp(Math.Log(rms / gate) / Math.Log(_peak / gate), 0, 1);
        var hiss = (float)Math.Clamp((tilt - 2200) / 1800, 0, 1);
        var jaw = loudness * (1 - (0.75f * hiss));
        _jaw += (jaw - _jaw) * (jaw > _jaw ? Attack : Release);
        var width = loudness == 0 ? 0 : (float)Math.Clamp((tilt - 900) / 1200, -0.6, 0.7);
        _width += (width - _width) * 0.5f;
        var shape = loudness == 0 && _jaw < 0.12f
            ? MouthShape.Rest
            : new MouthShape(_jaw, _width, Math.Max(0, -_width) * 0.9f, 0, Math.Max(hiss, 0.4f * _jaw), 0.1f);
        _mouth = loudness == 0 && _jaw < 0.12f ? (byte)0 : MouthTable.Nearest(shape, _mouth, 0.05f);
        return new FaceFrame(_mouth, _expression, 0);
    }
}
