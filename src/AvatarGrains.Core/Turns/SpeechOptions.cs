namespace AvatarGrains.Core.Turns;

/// <summary>Bounds of speaking.</summary>
public sealed record SpeechOptions
{
    public static SpeechOptions Default { get; } = new();

    /// <summary>Speech that may be on the edge and not yet played.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Sentences of the language model that may wait to be spoken.</summary>
    public int SentencesAhead { get; init; } = 8;

    /// <summary>How long a sentence whose end mark has come waits for more words that could belong to it.</summary>
    public TimeSpan SentenceWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a person waits for a model's first words before the avatar asks for a moment; 0 for no such words.</summary>
    public TimeSpan FillerAfter { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Client-made speech that may wait to be played.</summary>
    public TimeSpan ClientSpeechAhead { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a turn whose edge reports its playout waits for the last report after its speech should be over.</summary>
    public TimeSpan ReportSlack { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest text of one command, in characters.</summary>
    public int MaxText { get; init; } = 20_000;

    /// <summary>Utterances that may wait behind what is being said.</summary>
    public int MaxQueued { get; init; } = 32;
}
