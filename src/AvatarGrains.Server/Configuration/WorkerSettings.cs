namespace AvatarGrains.Server.Configuration;

/// <summary>How much work a worker silo of a cluster takes on: beyond it the next worker is asked, and at last whoever wanted it is told that the cluster is busy.</summary>
public sealed record WorkerSettings
{
    /// <summary>Sentences being synthesized, with their lip-sync.</summary>
    public WorkSettings Speech { get; init; } = new() { AtOnce = 8, Waiting = 64 };

    /// <summary>Answers of language models being streamed; they mostly wait for somebody else's machine.</summary>
    public WorkSettings Chat { get; init; } = new() { AtOnce = 64, Waiting = 64 };

    /// <summary>Utterances being recognized.</summary>
    public WorkSettings Hearing { get; init; } = new() { AtOnce = 4, Waiting = 16 };

    internal IEnumerable<string> Problems() => Problems("speech", Speech).Concat(Problems("chat", Chat)).Concat(Problems("hearing", Hearing));

    private static IEnumerable<string> Problems(string name, WorkSettings work)
    {
        if (work.AtOnce is < 1 or > WorkSettings.Most)
        {
            yield return $"cluster.workers.{name}.atOnce is {work.AtOnce}; it must be 1 to {WorkSettings.Most}.";
        }

        if (work.Waiting is < 0 or > WorkSettings.Most)
        {
            yield return $"cluster.workers.{name}.waiting is {work.Waiting}; it must be 0 to {WorkSettings.Most}.";
        }
    }
}

/// <summary>A bound on one kind of work of a worker silo.</summary>
public sealed record WorkSettings
{
    internal const int Most = 10_000;

    /// <summary>How many run.</summary>
    public int AtOnce { get; init; }

    /// <summary>How many may wait there to run.</summary>
    public int Waiting { get; init; }
}
