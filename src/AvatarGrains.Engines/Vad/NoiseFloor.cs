namespace AvatarGrains.Engines.Vad;

/// <summary>
/// Follows the level of the background: down at once, up slowly, and the minimum of the last seconds wins, so that long speech does not
/// lift it.
/// </summary>
internal sealed class NoiseFloor
{
    private const int BlockFrames = 50;
    private const int Blocks = 5;
    private const double Lowest = -75;
    private const double Bias = 3;

    private readonly double[] _minima = new double[Blocks];
    private double _smooth;
    private double _block = double.MaxValue;
    private int _frames;

    public NoiseFloor(double startDb)
    {
        Array.Fill(_minima, startDb);
        _smooth = startDb;
        Db = startDb;
    }

    /// <summary>The background's usual level.</summary>
    public double Db { get; private set; }

    public void Update(double levelDb)
    {
        _smooth += (levelDb - _smooth) * 0.2;
        _block = Math.Min(_block, _smooth);
        if (++_frames == BlockFrames)
        {
            _frames = 0;
            Array.Copy(_minima, 1, _minima, 0, Blocks - 1);
            _minima[^1] = _block;
            _block = double.MaxValue;
        }

        var least = Math.Min(_block, _minima[0]);
        foreach (var minimum in _minima)
        {
            least = Math.Min(least, minimum);
        }

        Db = Math.Max(Lowest, least + Bias);
    }
}
