using Orleans;

namespace AvatarGrains.Core.Turns;

/// <summary>What a turn is made from.</summary>
public enum TurnKind
{
    /// <summary>The user's words: the language model answers. Interrupts what is being said.</summary>
    Ask = 0,

    /// <summary>Words to say as they are. Queued behind what is being said.</summary>
    Say = 1,
}

/// <summary>How fast a turn's speech is made.</summary>
public enum Pace
{
    /// <summary>A little ahead of playout, for who watches.</summary>
    Live = 0,

    /// <summary>As fast as it can be made, for streams, files and clips. What is made is bounded by the length of the text.</summary>
    Free = 1,
}

/// <summary>One turn to perform, whoever asks for it and however it is heard.</summary>
/// <param name="Kind">Whether the text is a question or what to say.</param>
/// <param name="Text">The user's words, or the words to say.</param>
[GenerateSerializer, Immutable, Alias("ag.TurnRequest")]
public sealed record TurnRequest([property: Id(0)] TurnKind Kind, [property: Id(1)] string Text)
{
    /// <summary>
    /// The client's name for this question: one with the id of a recent one has been taken already and changes nothing. Null when the client does not
    /// repeat itself.
    /// </summary>
    [Id(2)]
    public string? Id { get; init; }

    [Id(3)]
    public Pace Pace { get; init; }

    /// <summary>Pictures that belong to the question; the model sees them once, the history keeps none.</summary>
    [Id(4)]
    public IReadOnlyList<TurnImage>? Images { get; init; }

    /// <summary>Values of the <c>{name}</c>s in the system prompt, for this turn.</summary>
    [Id(5)]
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Functions that the client runs itself: a call of one ends the turn's words.</summary>
    [Id(6)]
    public IReadOnlyList<ClientTool>? Tools { get; init; }

    /// <summary>The voice of this turn alone; null for the session's.</summary>
    [Id(7)]
    public string? Voice { get; init; }

    /// <summary>When the person had stopped speaking, before this command came; zero for typed words.</summary>
    [Id(8)]
    public HeardTimings Heard { get; init; }
}

/// <summary>A picture of the user's.</summary>
/// <param name="MediaType">Such as image/jpeg.</param>
/// <param name="Data">The file.</param>
[GenerateSerializer, Immutable, Alias("ag.TurnImage")]
public sealed record TurnImage([property: Id(0)] string MediaType, [property: Id(1)] byte[] Data);

/// <summary>A function that a client offers to the model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, for the model.</param>
/// <param name="Schema">JSON schema of its arguments.</param>
[GenerateSerializer, Immutable, Alias("ag.ClientTool")]
public sealed record ClientTool([property: Id(0)] string Name, [property: Id(1)] string Description, [property: Id(2)] string Schema);

/// <summary>How long hearing a question took before its turn began.</summary>
/// <param name="VadEnd">From the end of the speech until it counted as ended; null for typed words.</param>
/// <param name="AsrFinal">From the end of the speech until its words were known; null for typed words.</param>
[GenerateSerializer, Immutable, Alias("ag.HeardTimings")]
public readonly record struct HeardTimings([property: Id(0)] TimeSpan? VadEnd, [property: Id(1)] TimeSpan? AsrFinal);
