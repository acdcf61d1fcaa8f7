namespace AvatarGrains.Grains.Configuration;

/// <summary>How long things may take in a cluster.</summary>
public sealed record ClusterTimes
{
    /// <summary>How often every session is looked after, so that one whose silo died and whom nobody calls ends with its reason and its minutes. At least one minute.</summary>
    public TimeSpan OrphanCheck { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the turns of a silo that stops may go on.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a call waits for a session that is being moved.</summary>
    public TimeSpan Move { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a worker may take to the first piece of an answer, and from each piece to the next, before it is taken for lost.</summary>
    public TimeSpan FirstPiece { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often silos probe each other.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes that may be missed before a silo is suspected.</summary>
    public int MissedProbes { get; init; } = 2;
}
