using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Contracts;

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
internal sealed record FeedBatch([property: Id(0)] Guid Epoch, [property: Id(1)] long First, [property: Id(2)] SessionOutput?[] Outputs)
{
    /// <summary>Nothing more comes from this activation: the session goes on elsewhere.</summary>
    [Id(3)]
    public bool Over { get; init; }
}

/// <summary>The answer to a command.</summary>
/// <param name="Result">Whether it was accepted.</param>
/// <param name="Mark">Everything the command caused so far is at or before this.</param>
[GenerateSerializer, Immutable, Alias("ag.CommandReply")]
internal readonly record struct CommandReply([property: Id(0)] CommandResult Result, [property: Id(1)] FeedMark Mark);

/// <summary>The answer to a silo that wants a session's feed.</summary>
/// <param name="Mark">What the silo gets begins after this.</param>
/// <param name="Turn">The turn at the mark.</param>
/// <param name="Phase">The phase at the mark.</param>
/// <param name="Silo">Where the session is.</param>
/// <param name="Missed">What the silo has not got of what still counts, up to the mark; null for a silo that is new.</param>
[GenerateSerializer, Immutable, Alias("ag.AttachReply")]
internal sealed record AttachReply(
    [property: Id(0)] FeedMark Mark,
    [property: Id(1)] int Turn,
    [property: Id(2)] ConversationPhase Phase,
    [property: Id(3)] SiloAddress Silo,
    [property: Id(4)] FeedBatch? Missed = null);
