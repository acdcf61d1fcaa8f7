namespace AvatarGrains.Engines.Vad;

/// <summary>A second-order Butterworth filter at 16 kHz (bilinear transform, R. Bristow-Johnson's audio EQ cookbook).</summary>
internal sealed class Biquad
{
    private readonly float _b0;
    private readonly float _b1;
    private readonly float _b2;
    private readonly float _a1;
    private readonly float _a2;
    private float _s1;
    private float _s2;

    private Biquad(double hertz, bool high)
    {
        var angle = 2 * Math.PI * hertz / 16000;
        var alpha = Math.Sin(angle) / Math.Sqrt(2);
        var cosine = Math.Cos(angle);
        var scale = 1 + alpha;
        var edge = high ? 1 + cosine : 1 - cosine;
        _b0 = (float)(edge / 2 / scale);
        _b1 = (float)((high ? -edge : edge) / scale);
        _b2 = _b0;
        _a1 = (float)(-2 * cosine / scale);
        _a2 = (float)((1 - alpha) / scale);
    }

    public static Biquad HighPass(double hertz) => new(hertz, true);

    public static Biquad LowPass(double hertz) => new(hertz, false);

    public float Next(float input)
    {
        var output = (_b0 * input) + _s1;
        _s1 = (_b1 * input) - (_a1 * output) + _s2;
        _s2 = (_b2 * input) - (_a2 * output);
        return output;
    }
}
