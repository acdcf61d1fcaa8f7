namespace AvatarGrains.Server.Configuration;

/// <summary>
/// How much work a worker silo of a cluster takes on: beyond it the next worker is asked, and at last whoever wanted it is told that the cluster is
/// busy.
/// </summary>
public sealed record WorkerSettings
{
    /// <summary>Utterances being recognised, from their first sound to their words.</summary>
    public WorkSettings Asr { get; init; } = new() { AtOnce = 64, Waiting = 256 };

    /// <summary>Answers of language models being streamed; they mostly wait for somebody else's machine.</summary>
    public WorkSettings Llm { get; init; } = new() { AtOnce = 64, Waiting = 1024 };

    /// <summary>Sentences being synthesized, with their faces.</summary>
    public WorkSettings Tts { get; init; } = new() { AtOnce = 64, Waiting = 1024 };

    /// <summary>Sound that clients made, to which a mouth is being moved.</summary>
    public WorkSettings Face { get; init; } = new() { AtOnce = 128, Waiting = 128 };

    internal IEnumerable<string> Problems() =>
        Problems("asr", Asr).Concat(Problems("llm", Llm)).Concat(Problems("tts", Tts)).Concat(Problems("face", Face));

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
