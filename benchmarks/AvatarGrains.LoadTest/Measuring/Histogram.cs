using System.Numerics;

namespace AvatarGrains.LoadTest.Measuring;

/// <summary>
/// Counts of microseconds in buckets whose width is at most 1/64 of their value: percentiles over any range with a bounded, known error.
/// </summary>
internal sealed class Histogram
{
    private const int PrecisionBits = 6;
    private const int PerOctave = 1 << PrecisionBits;
    private const int Octaves = 40;

    private readonly long[] _counts = new long[(Octaves + 1) * PerOctave];

    public long Count { get; private set; }

    /// <summary>Exact largest value, µs.</summary>
    public long Max { get; private set; }

    /// <summary>Counts a value; negative ones count as 0.</summary>
    public void Add(long microseconds)
    {
        var value = Math.Max(0, microseconds);
        _counts[Index(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>Values above a bound, µs; exact when the bound is a bucket's edge, else those of its bucket are left out.</summary>
    public long Above(long microseconds)
    {
        var total = 0L;
        for (var i = Index(microseconds) + 1; i < _counts.Length; i++)
        {
            total += _counts[i];
        }

        return total;
    }

    /// <summary>The upper edge of the bucket that holds the percentile, but no more than the largest value, µs; 0 when empty.</summary>
    /// <param name="percent">0 to 100.</param>
    public long Percentile(double percent)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(UpperEdge(i), Max);
            }
        }

        return 0;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = Max = 0;
    }

    private static int Index(long value)
    {
        if (value < PerOctave)
        {
            return (int)value;
        }

        var octave = BitOperations.Log2((ulong)value) - PrecisionBits;
        return Math.Min(((octave + 1) << PrecisionBits) + (int)((value >> octave) & (PerOctave - 1)), ((Octaves + 1) * PerOctave) - 1);
    }

    private static long UpperEdge(int index)
    {
        var octave = (index >> PrecisionBits) - 1;
        return octave < 0 ? index : (((long)((index & (PerOctave - 1)) | PerOctave) + 1) << octave) - 1;
    }
}
