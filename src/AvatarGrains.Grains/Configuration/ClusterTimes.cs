namespace AvatarGrains.Grains.Configuration;

/// <summary>How long things may take in a cluster.</summary>
public sealed record ClusterTimes
{
    /// <summary>
    /// How often every session is looked after by a reminder, so that one whose silo is lost and whom nobody calls ends with its reason and
    /// its minutes. At least one minute; null where there is no reminder service: sessions are then restored from the store when the server
    /// starts.
    /// </summary>
    public TimeSpan? OrphanCheck { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the turns of a silo that stops may go on.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a call waits for a session that is being moved.</summary>
    public TimeSpan Move { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a worker may take to the first piece of an answer, and from each piece to the next, before it is taken for lost. Longer
    /// than engines may take, which are timed on the worker; that a silo is dead is known sooner.
    /// </summary>
    public TimeSpan FirstPiece { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a silo may take to answer a probe at first. Orleans adapts that to how long answers take, between half and four times of it; silos
    /// that answer at once are asked again after
    /// half of it.
    /// </summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Probes that are missed one after the other when a silo is taken for dead; the last one goes through a third silo.</summary>
    public int MissedProbes { get; init; } = 3;
}
