using AvatarGrains.LoadTest.Measuring;

namespace AvatarGrains.LoadTest.Reports;

/// <summary>A histogram in milliseconds.</summary>
internal sealed record Percentiles(long Count, double P50, double P90, double P99, double Max)
{
    public static Percentiles Of(Histogram histogram) => new(
        histogram.Count, Ms(histogram.Percentile(50)), Ms(histogram.Percentile(90)), Ms(histogram.Percentile(99)), Ms(histogram.Max));

    private static double Ms(long microseconds) => Math.Round(microseconds / 1000.0, 2);
}
