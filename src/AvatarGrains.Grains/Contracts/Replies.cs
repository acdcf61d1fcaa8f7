using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Contracts;

/// <summary>A refusal, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.Refusal")]
internal sealed record RefusalWire([property: Id(0)] int Reason, [property: Id(1)] string Detail)
{
    public static RefusalWire From(SessionRejectedException e) => new((int)e.Reason, e.Message);

    public SessionRejectedException Read() => new((RejectReason)Reason, Detail);
}

/// <summary>A place in a session's feed: outputs of one activation are numbered from 1; another activation is another epoch.</summary>
/// <param name="Epoch">The activation.</param>
/// <param name="Sequence">The newest output.</param>
[GenerateSerializer, Immutable, Alias("ag.Mark")]
internal readonly record struct FeedMark([property: Id(0)] Guid Epoch, [property: Id(1)] long Sequence);

/// <summary>Outputs of a session as they travel.</summary>
/// <param name="Epoch">The activation they come from.</param>
/// <param name="First">Number of the first of them.</param>
/// <param name="Outputs">In order; null for one that nobody may hear or see any more.</param>
[GenerateSerializer, Immutable, Alias("ag.Batch")]
internal sealed record FeedBatch([property: Id(0)] Guid Epoch, [property: Id(1)] long First, [property: Id(2)] OutputWire?[] Outputs)
{
    /// <summary>Nothing more comes from this activation: the session goes on elsewhere.</summary>
    [Id(3)]
    public bool Over { get; init; }
}

/// <summary>The answer to a command.</summary>
/// <param name="Reject">Null when accepted.</param>
/// <param name="Detail">As in <see cref="CommandResult"/>.</param>
/// <param name="Mark">Everything the command caused so far is at or before this.</param>
[GenerateSerializer, Immutable, Alias("ag.CommandReply")]
internal sealed record CommandReply([property: Id(0)] int? Reject, [property: Id(1)] string Detail, [property: Id(2)] FeedMark Mark)
{
    public CommandResult Read() => new((RejectReason?)Reject, Detail);
}

/// <summary>The answer to an edge that wants a session's feed.</summary>
/// <param name="Refusal">Set when there is no such session.</param>
/// <param name="Mark">What the edge gets begins after this.</param>
/// <param name="Turn">The turn at the mark.</param>
/// <param name="Phase">The phase at the mark.</param>
/// <param name="Silo">Where the session is.</param>
/// <param name="Missed">What the edge has not got of what still counts, up to the mark; null for an edge that is new.</param>
[GenerateSerializer, Immutable, Alias("ag.AttachReply")]
internal sealed record AttachReply(
    [property: Id(0)] RefusalWire? Refusal,
    [property: Id(1)] FeedMark Mark,
    [property: Id(2)] int Turn,
    [property: Id(3)] int Phase,
    [property: Id(4)] SiloAddress? Silo,
    [property: Id(5)] FeedBatch? Missed = null);

/// <summary>A sentence of a text answer, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("ag.TextItem")]
internal sealed record TextItem([property: Id(0)] string? Sentence, [property: Id(1)] RefusalWire? Refusal);

/// <summary>A piece of speech outside the conversation, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("ag.SpeechItem")]
internal sealed record SpeechItem([property: Id(0)] SpeechWire? Speech, [property: Id(1)] RefusalWire? Refusal);

/// <summary>What was heard, or why nothing was.</summary>
[GenerateSerializer, Immutable, Alias("ag.TranscriptReply")]
internal sealed record TranscriptReply(
    [property: Id(0)] string Text, [property: Id(1)] double Confidence, [property: Id(2)] bool Understood, [property: Id(3)] RefusalWire? Refusal);
