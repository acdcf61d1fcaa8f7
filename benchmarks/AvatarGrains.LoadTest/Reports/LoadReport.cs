namespace AvatarGrains.LoadTest.Reports;

/// <summary>The outcome of a run.</summary>
internal sealed record LoadReport
{
    public required string Scenario { get; init; }

    public required string Speech { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>The window the result stands for: the last one, or with --max the largest good one.</summary>
    public required Window Result { get; init; }

    public required IReadOnlyList<Window> Windows { get; init; }

    /// <summary>From the first request to the first whole key frame.</summary>
    public required Percentiles JoinMs { get; init; }

    public required int JoinFailures { get; init; }

    /// <summary>What the scenario found beside the windows.</summary>
    public IReadOnlyDictionary<string, double> Findings { get; init; } = new Dictionary<string, double>();

    /// <summary>False when the scenario's own condition does not hold.</summary>
    public bool Passed { get; init; } = true;
}
