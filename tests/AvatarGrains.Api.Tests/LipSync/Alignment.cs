using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Tests.LipSync;

/// <summary>How far one course lags behind another, by the best correlation.</summary>
internal static class Alignment
{
    private static readonly Dictionary<string, double> Openness = new()
    {
        ["aa"] = 1, ["ae"] = 0.9, ["ah"] = 0.7, ["ao"] = 0.7, ["aw"] = 0.9, ["ay"] = 0.9, ["eh"] = 0.7, ["ey"] = 0.6, ["ow"] = 0.6, ["oy"] = 0.6,
        ["er"] = 0.3, ["ih"] = 0.35, ["iy"] = 0.3, ["uh"] = 0.3, ["uw"] = 0.2, ["ax"] = 0.35, ["p"] = 0, ["b"] = 0, ["m"] = 0, ["pau"] = 0,
    };

    /// <summary>How open a mouth is at a moment of the phonemes; other consonants leave it a little open.</summary>
    public static double Opening(IReadOnlyList<PhonemeTiming> phonemes, double ms)
    {
        var at = phonemes.FirstOrDefault(p => p.StartMs <= ms && ms < p.EndMs);
        return at.Symbol is null ? 0 : Openness.GetValueOrDefault(at.Symbol, 0.2);
    }

    /// <summary>The lag, in steps, at which two courses are most alike.</summary>
    /// <param name="truth">The one.</param>
    /// <param name="seen">The other.</param>
    /// <param name="range">Largest lag looked at, either way.</param>
    public static int Lag(ReadOnlySpan<double> truth, ReadOnlySpan<double> seen, int range)
    {
        var (best, bestLag) = (double.MinValue, 0);
        for (var lag = -range; lag <= range; lag++)
        {
            var likeness = Likeness(truth, seen, lag);
            (best, bestLag) = likeness > best ? (likeness, lag) : (best, bestLag);
        }

        return bestLag;
    }

    /// <summary>Loudness in steps of a millisecond.</summary>
    public static double[] Loudness(ReadOnlySpan<float> samples, int rate)
    {
        var step = rate / 1000;
        var course = new double[samples.Length / step];
        for (var i = 0; i < course.Length; i++)
        {
            foreach (var sample in samples.Slice(i * step, step))
            {
                course[i] += sample * sample;
            }

            course[i] = Math.Sqrt(course[i] / step);
        }

        return course;
    }

    private static double Likeness(ReadOnlySpan<double> truth, ReadOnlySpan<double> seen, int lag)
    {
        double sumA = 0, sumB = 0, ab = 0, aa = 0, bb = 0;
        var count = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            if (i + lag < 0 || i + lag >= seen.Length)
            {
                continue;
            }

            var (a, b) = (truth[i], seen[i + lag]);
            (sumA, sumB, ab, aa, bb, count) = (sumA + a, sumB + b, ab + (a * b), aa + (a * a), bb + (b * b), count + 1);
        }

        return ((count * ab) - (sumA * sumB)) / Math.Sqrt(((count * aa) - (sumA * sumA)) * ((count * bb) - (sumB * sumB)));
    }
}
