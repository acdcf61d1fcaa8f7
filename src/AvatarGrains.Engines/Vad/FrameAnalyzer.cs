namespace AvatarGrains.Engines.Vad;

/// <summary>Measures 10 ms frames of 16 kHz sound. Keeps 40 ms of history, allocates nothing per frame.</summary>
internal sealed class FrameAnalyzer
{
    public const int FrameSamples = 160;
    private const int Window = 640;
    private const int Decimated = Window / 4;
    private const int ShortestPitch = 10;
    private const int LongestPitch = 57;

    private readonly float[] _history = new float[Window];
    private readonly float[] _slow = new float[Decimated];
    private readonly Biquad _highPass = Biquad.HighPass(100);
    private readonly Biquad _low = Biquad.LowPass(1000);
    private readonly Biquad _middle = Biquad.HighPass(1000);
    private readonly Biquad _high = Biquad.LowPass(4000);

    public FrameFeatures Analyze(ReadOnlySpan<short> frame)
    {
        Array.Copy(_history, FrameSamples, _history, 0, Window - FrameSamples);
        double low = 0, high = 0, total = 0, peak = 0;
        for (var i = 0; i < FrameSamples; i++)
        {
            var sample = _highPass.Next(frame[i] / 32768f);
            var below = _low.Next(sample);
            var above = _high.Next(_middle.Next(sample));
            low += below * below;
            high += above * above;
            total += sample * sample;
            peak = Math.Max(peak, Math.Abs(sample));
            _history[Window - FrameSamples + i] = below;
        }

        var (periodicity, pitch) = FindPitch();
        var level = Math.Sqrt(total / FrameSamples);
        return new FrameFeatures(Decibels(low), Decibels(high), Decibels(total), periodicity, pitch, level > 0 ? peak / level : 0);
    }

    private static double Decibels(double energy) => 10 * Math.Log10((energy / FrameSamples) + 1e-10);

    /// <summary>Best normalized autocorrelation of the low band at 4 kHz over the last 40 ms.</summary>
    private (double Periodicity, int Pitch) FindPitch()
    {
        var mean = 0f;
        for (var i = 0; i < Decimated; i++)
        {
            _slow[i] = _history[4 * i] + _history[(4 * i) + 1] + _history[(4 * i) + 2] + _history[(4 * i) + 3];
            mean += _slow[i] / Decimated;
        }

        double best = 0;
        var pitch = 0;
        for (var lag = ShortestPitch; lag <= LongestPitch; lag++)
        {
            double cross = 0, one = 1e-9, other = 1e-9;
            for (var i = lag; i < Decimated; i++)
            {
                double a = _slow[i] - mean, b = _slow[i - lag] - mean;
                cross += a * b;
                one += a * a;
                other += b * b;
            }

            var likeness = cross / Math.Sqrt(one * other);
            if (likeness > best)
            {
                (best, pitch) = (likeness, lag);
            }
        }

        return (best, pitch);
    }
}
