using System.Globalization;

namespace AvatarGrains.SessionBench;

/// <summary>How long the calls of one kind took.</summary>
internal sealed class Timings(string name)
{
    private readonly List<double> _milliseconds = [];

    public string Name => name;

    public void Add(TimeSpan time)
    {
        lock (_milliseconds)
        {
            _milliseconds.Add(time.TotalMilliseconds);
        }
    }

    public override string ToString()
    {
        var sorted = _milliseconds.Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-10}{sorted.Length,8}{At(sorted, 0.5),10:0.0}{At(sorted, 0.9),10:0.0}{At(sorted, 0.99),10:0.0}{At(sorted, 1),10:0.0}");
    }

    private static double At(double[] sorted, double part) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
}
