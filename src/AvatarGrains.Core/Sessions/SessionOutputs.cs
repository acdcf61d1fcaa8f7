using AvatarGrains.Core.Avatars;
using Orleans;

namespace AvatarGrains.Core.Sessions;

/// <summary>Something a session sends to its edges. A sink drops every output whose turn is older than the newest it has seen.</summary>
/// <param name="Turn">The turn it belongs to.</param>
[GenerateSerializer, Immutable, Alias("ag.Output")]
public abstract record SessionOutput([property: Id(0)] int Turn);

/// <summary>A sentence is about to be sent.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segment">Counts from 0 inside the turn.</param>
/// <param name="Text">The sentence as it is spoken and shown; empty when it is nothing but tags, or sound without words.</param>
/// <param name="Expression">The expression held while it is said.</param>
/// <param name="Tags">The model's control tags in it, <c>face</c> included; null when there are none.</param>
/// <param name="Raw">The sentence with its tags and markup; null when it is the text itself.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Segment")]
public sealed record SegmentBegan(
    int Turn,
    [property: Id(0)] int Segment,
    [property: Id(1)] string Text,
    [property: Id(2)] Expression Expression = Expression.Neutral,
    [property: Id(3)] IReadOnlyList<Speech.TextTag>? Tags = null,
    [property: Id(4)] string? Raw = null) : SessionOutput(Turn);

/// <summary>Speech, ready to play, sent ahead of playout.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segment">Segment.</param>
/// <param name="Sequence">Counts from 0 inside the segment.</param>
/// <param name="Speech">Its packets and faces.</param>
/// <param name="FirstFace">Index in the segment of the first face of <paramref name="Speech"/>.</param>
/// <param name="Last">True on the segment's last chunk; the segment's length is then known.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Chunk")]
public sealed record SpeechChunk(
    int Turn,
    [property: Id(0)] int Segment,
    [property: Id(1)] int Sequence,
    [property: Id(2)] Speech.PackedSpeech Speech,
    [property: Id(3)] int FirstFace,
    [property: Id(4)] bool Last) : SessionOutput(Turn)
{
    /// <summary>The same place in the segment with nothing to hear or see.</summary>
    public SpeechChunk WithoutSpeech() => this with { Speech = AvatarGrains.Core.Speech.PackedSpeech.Empty, FirstFace = 0 };
}

/// <summary>
/// All segments of a turn have been sent; when they have played the avatar is idle. Speech queued before that goes on in the same turn,
/// with the next segment numbers, and is followed by another of these.
/// </summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segments">How many there were so far.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Complete")]
public sealed record TurnComplete(int Turn, [property: Id(0)] int Segments) : SessionOutput(Turn);

/// <summary>Everything of older turns is stale: stop playing it now.</summary>
/// <param name="Turn">The new turn.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Turn")]
public sealed record TurnBegan(int Turn) : SessionOutput(Turn);

/// <summary>
/// A turn in which something was to be said is over. Everything of the turn comes before it.
/// </summary>
/// <param name="Turn">Turn.</param>
/// <param name="Reason">Why.</param>
/// <param name="Timings">How long its stages took.</param>
[GenerateSerializer, Immutable, Alias("ag.o.TurnEnded")]
public sealed record TurnEnded(int Turn, [property: Id(0)] TurnEnd Reason, [property: Id(1)] TurnTimings Timings) : SessionOutput(Turn);

/// <summary>Why a turn is over.</summary>
public enum TurnEnd
{
    /// <summary>All of it was said and played.</summary>
    Played = 0,

    /// <summary>A newer turn or an interruption cut it off.</summary>
    Interrupted = 1,

    /// <summary>An engine failed; the apology was played.</summary>
    Failed = 2,

    /// <summary>The session ended or stopped.</summary>
    Closed = 3,
}

/// <summary>
/// How long the stages of a turn took, each since the end of the person's speech, or since the question came when it was typed. Null for what did not
/// happen.
/// </summary>
/// <param name="VadEnd">The speech counted as ended.</param>
/// <param name="AsrFinal">Its words were known.</param>
/// <param name="LlmFirstToken">The model's first words came.</param>
/// <param name="TtsFirstPcm">The first speech was ready.</param>
/// <param name="FirstFrame">The first speech was played to a client that reports its playout.</param>
[GenerateSerializer, Immutable, Alias("ag.TurnTimings")]
public sealed record TurnTimings(
    [property: Id(0)] TimeSpan? VadEnd = null,
    [property: Id(1)] TimeSpan? AsrFinal = null,
    [property: Id(2)] TimeSpan? LlmFirstToken = null,
    [property: Id(3)] TimeSpan? TtsFirstPcm = null,
    [property: Id(4)] TimeSpan? FirstFrame = null);

/// <summary>A sentence began to play, or has played, on the client that reports its playout.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segment">The sentence.</param>
/// <param name="Finished">False when it began.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Played")]
public sealed record SegmentPlayed(int Turn, [property: Id(0)] int Segment, [property: Id(1)] bool Finished) : SessionOutput(Turn);

/// <summary>The model called a function.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Id">The call's id.</param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Its arguments as JSON.</param>
/// <param name="Result">What it gave, as JSON or text; null while it runs, and when the client runs it.</param>
[GenerateSerializer, Immutable, Alias("ag.o.ToolCall")]
public sealed record ToolCall(
    int Turn,
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Arguments,
    [property: Id(3)] string? Result) : SessionOutput(Turn);

/// <summary>The model asks for a picture: the client sends the question's next part with one.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Source">Such as camera or screenshot.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Vision")]
public sealed record VisionRequested(int Turn, [property: Id(0)] string Source) : SessionOutput(Turn);

/// <summary>What the avatar is doing changed.</summary>
[GenerateSerializer, Immutable, Alias("ag.o.Phase")]
public sealed record PhaseChanged(int Turn, [property: Id(0)] ConversationPhase Phase) : SessionOutput(Turn);

/// <summary>The user's words, while spoken (<paramref name="Final"/> false) or whole.</summary>
[GenerateSerializer, Immutable, Alias("ag.o.Caption")]
public sealed record UserCaption(int Turn, [property: Id(0)] string Text, [property: Id(1)] bool Final) : SessionOutput(Turn);

/// <summary>The result of a dictation.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Text">The words; may be empty.</param>
/// <param name="Fault">Set when recognition failed.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Dictation")]
public sealed record DictationResult(
    int Turn,
    [property: Id(0)] string Text,
    [property: Id(1)] Engines.EngineFault? Fault) : SessionOutput(Turn);

/// <summary>The expression to hold between sentences.</summary>
[GenerateSerializer, Immutable, Alias("ag.o.Expression")]
public sealed record ExpressionChanged(int Turn, [property: Id(0)] Expression Expression) : SessionOutput(Turn);

/// <summary>The view, voice or language changed.</summary>
[GenerateSerializer, Immutable, Alias("ag.o.Spec")]
public sealed record SpecChanged(int Turn, [property: Id(0)] SessionSpec Spec) : SessionOutput(Turn);

/// <summary>Something that only one may hold has a new holder: any other gives it up.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="What">What is held: <see cref="Transport"/>, or what a <see cref="TakeOver"/> named.</param>
/// <param name="Owner">The new holder.</param>
[GenerateSerializer, Immutable, Alias("ag.o.TakenOver")]
public sealed record TakenOver(int Turn, [property: Id(0)] string What, [property: Id(1)] string Owner) : SessionOutput(Turn)
{
    /// <summary>The session's transport; its holder is the connection of <see cref="TransportConnected"/>.</summary>
    public const string Transport = "transport";
}

/// <summary>A quota will end the session soon.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Reason">The reason it will end with.</param>
/// <param name="Left">Time left.</param>
[GenerateSerializer, Immutable, Alias("ag.o.Warning")]
public sealed record QuotaWarning(int Turn, [property: Id(0)] TerminationReason Reason, [property: Id(1)] TimeSpan Left) : SessionOutput(Turn);

/// <summary>A turn failed; the avatar apologises.</summary>
[GenerateSerializer, Immutable, Alias("ag.o.Failed")]
public sealed record TurnFailed(int Turn, [property: Id(0)] Engines.EngineFault Fault, [property: Id(1)] string Detail) : SessionOutput(Turn);

/// <summary>The session is over. Always the last output.</summary>
[GenerateSerializer, Immutable, Alias("ag.o.Ended")]
public sealed record SessionEnded(int Turn, [property: Id(0)] TerminationReason Reason) : SessionOutput(Turn);
