namespace AvatarGrains.Core.Sessions;

/// <summary>Counts what the turns of a host's sessions took. Thread-safe.</summary>
public sealed class SessionMetrics
{
    /// <summary>Upper bounds of the counters of answers by their latency, in milliseconds; one more counter has what took longer.</summary>
    public static IReadOnlyList<int> BoundsMs { get; } = [25, 50, 100, 150, 250, 500, 1000, 2500, 5000, 10_000];

    private readonly long[] _answers = new long[BoundsMs.Count + 1];
    private long _microseconds;
    private long _failed;

    /// <summary>Turns that ended with an apology.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Time from all questions to the first piece of speech that answers them, together.</summary>
    public TimeSpan Waited => TimeSpan.FromMicroseconds(Interlocked.Read(ref _microseconds));

    /// <summary>
    /// Answers whose first piece of speech came within each of <see cref="BoundsMs"/> but not within the one before; the last took longer
    /// than all.
    /// </summary>
    public long[] Answers()
    {
        var counts = new long[_answers.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Interlocked.Read(ref _answers[i]);
        }

        return counts;
    }

    /// <summary>A question was answered by its first piece of speech.</summary>
    internal void Answered(TimeSpan latency)
    {
        var at = 0;
        while (at < BoundsMs.Count && latency.TotalMilliseconds > BoundsMs[at])
        {
            at++;
        }

        Interlocked.Increment(ref _answers[at]);
        Interlocked.Add(ref _microseconds, (long)latency.TotalMicroseconds);
    }

    internal void TurnFailed() => Interlocked.Increment(ref _failed);
}
