using AvatarGrains.LoadTest.Measuring;

namespace AvatarGrains.Benchmarks.Tests;

public sealed class HistogramTests
{
    [Fact]
    public void Percentiles_of_a_known_set_are_within_a_sixty_fourth()
    {
        var histogram = new Histogram();
        for (var value = 1; value <= 100_000; value++)
        {
            histogram.Add(value);
        }

        Assert.InRange(histogram.Percentile(50), 50_000, 50_000 * 65 / 64);
        Assert.InRange(histogram.Percentile(99), 99_000, 100_000);
        Assert.Equal(100_000, histogram.Percentile(100));
        Assert.Equal(100_000, histogram.Max);
    }

    [Fact]
    public void Small_values_are_exact()
    {
        var histogram = new Histogram();
        histogram.Add(3);
        histogram.Add(7);
        histogram.Add(-1);
        Assert.Equal(0, histogram.Percentile(1));
        Assert.Equal(3, histogram.Percentile(50));
        Assert.Equal(7, histogram.Percentile(99));
    }

    [Fact]
    public void Late_ones_are_counted_above_the_bound()
    {
        var histogram = new Histogram();
        histogram.Add(39_000);
        histogram.Add(45_000);
        histogram.Add(1_000_000);
        Assert.Equal(2, histogram.Above(40_000));
    }

    [Fact]
    public void Empty_histogram_says_zero()
    {
        Assert.Equal(0, new Histogram().Percentile(99));
    }
}
