using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Core.Sessions;

/// <summary>Something a session sends to its edges. A sink drops every output whose turn is older than the newest it has seen.</summary>
/// <param name="Turn">The turn it belongs to.</param>
public abstract record SessionOutput(int Turn);

/// <summary>A sentence is about to be sent.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segment">Counts from 0 inside the turn.</param>
/// <param name="Text">The sentence as it is spoken and shown; empty when it is nothing but tags, or sound without words.</param>
/// <param name="Expression">The expression held while it is said.</param>
/// <param name="Tags">The model's control tags in it, <c>face</c> included; null when there are none.</param>
/// <param name="Raw">The sentence with its tags and markup; null when it is the text itself.</param>
public sealed record SegmentBegan(
    int Turn,
    int Segment,
    string Text,
    Expression Expression = Expression.Neutral,
    IReadOnlyList<Speech.TextTag>? Tags = null,
    string? Raw = null) : SessionOutput(Turn);

/// <summary>Speech, ready to play, sent ahead of playout.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segment">Segment.</param>
/// <param name="Sequence">Counts from 0 inside the segment.</param>
/// <param name="Packets">Opus packets of 20 ms each, in order. Shared: never written to.</param>
/// <param name="Faces">One face per 40 ms of the segment from <paramref name="FirstFace"/> on.</param>
/// <param name="FirstFace">Index in the segment of the first of <paramref name="Faces"/>.</param>
/// <param name="Last">True on the segment's last chunk; the segment's length is then known.</param>
public sealed record SpeechChunk(
    int Turn,
    int Segment,
    int Sequence,
    IReadOnlyList<ReadOnlyMemory<byte>> Packets,
    IReadOnlyList<FaceFrame> Faces,
    int FirstFace,
    bool Last) : SessionOutput(Turn);

/// <summary>
/// All segments of a turn have been sent; when they have played the avatar is idle. Speech queued before that goes on in the same turn, with the next segment
/// numbers, and is followed by another of these.
/// </summary>
/// <param name="Turn">Turn.</param>
/// <param name="Segments">How many there were so far.</param>
public sealed record TurnComplete(int Turn, int Segments) : SessionOutput(Turn);

/// <summary>Everything of older turns is stale: stop playing it now.</summary>
/// <param name="Turn">The new turn.</param>
public sealed record TurnBegan(int Turn) : SessionOutput(Turn);

/// <summary>What the avatar is doing changed.</summary>
public sealed record PhaseChanged(int Turn, ConversationPhase Phase) : SessionOutput(Turn);

/// <summary>The user's words, while spoken (<paramref name="Final"/> false) or whole.</summary>
public sealed record UserCaption(int Turn, string Text, bool Final) : SessionOutput(Turn);

/// <summary>The result of a dictation.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Text">The words; may be empty.</param>
/// <param name="Fault">Set when recognition failed.</param>
public sealed record DictationResult(int Turn, string Text, Engines.EngineFault? Fault) : SessionOutput(Turn);

/// <summary>The expression to hold between sentences.</summary>
public sealed record ExpressionChanged(int Turn, Expression Expression) : SessionOutput(Turn);

/// <summary>The view, voice or language changed.</summary>
public sealed record SpecChanged(int Turn, SessionSpec Spec) : SessionOutput(Turn);

/// <summary>Something that only one may hold has a new holder: any other gives it up.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="What">What is held: <see cref="Transport"/>, or what a <see cref="TakeOver"/> named.</param>
/// <param name="Owner">The new holder.</param>
public sealed record TakenOver(int Turn, string What, string Owner) : SessionOutput(Turn)
{
    /// <summary>The session's transport; its holder is the connection of <see cref="TransportConnected"/>.</summary>
    public const string Transport = "transport";
}

/// <summary>A quota will end the session soon.</summary>
/// <param name="Turn">Turn.</param>
/// <param name="Reason">The reason it will end with.</param>
/// <param name="Left">Time left.</param>
public sealed record QuotaWarning(int Turn, TerminationReason Reason, TimeSpan Left) : SessionOutput(Turn);

/// <summary>A turn failed; the avatar apologises.</summary>
public sealed record TurnFailed(int Turn, Engines.EngineFault Fault, string Detail) : SessionOutput(Turn);

/// <summary>The session is over. Always the last output.</summary>
public sealed record SessionEnded(int Turn, TerminationReason Reason) : SessionOutput(Turn);
