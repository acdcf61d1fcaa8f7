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

    /// <summary>What is wrong with them, in words for the operator; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(Ahead > TimeSpan.Zero && Ahead <= TimeSpan.FromMinutes(1), $"speech.ahead is {Ahead}; it must be above 0 and at most a minute.");
        Check(
            SentenceWait > TimeSpan.Zero && SentenceWait <= TimeSpan.FromSeconds(10),
            $"speech.sentenceWait is {SentenceWait}; it must be above 0 and at most 10 seconds.");
        Check(
            FillerAfter >= TimeSpan.Zero && FillerAfter <= TimeSpan.FromMinutes(5),
            $"speech.fillerAfter is {FillerAfter}; it must be 0 to 5 minutes.");
        Check(
            ClientSpeechAhead > TimeSpan.Zero && ClientSpeechAhead <= TimeSpan.FromHours(1),
            $"speech.clientSpeechAhead is {ClientSpeechAhead}; it must be above 0 and at most an hour.");
        Check(
            ReportSlack >= TimeSpan.Zero && ReportSlack <= TimeSpan.FromMinutes(1),
            $"speech.reportSlack is {ReportSlack}; it must be 0 to a minute.");
        Check(
            SentencesAhead > 0 && MaxText > 0 && MaxQueued > 0,
            $"speech: sentencesAhead, maxText and maxQueued must be above zero, not {SentencesAhead}, {MaxText} and {MaxQueued}.");
        return errors;

        void Check(bool good, string error)
        {
            if (!good)
            {
                errors.Add(error);
            }
        }
    }
}
