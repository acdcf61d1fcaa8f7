using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Sessions;

/// <summary>Something a client or an edge asks of a session. One closed family; every dialect translates into it.</summary>
public abstract record SessionCommand;

/// <summary>An offer was answered. Moves Created to Exchanged.</summary>
/// <param name="ClientSdp">The offer, kept for the dialects that show it.</param>
/// <param name="ServerSdp">The answer.</param>
public sealed record MarkExchanged(string? ClientSdp, string? ServerSdp) : SessionCommand;

/// <summary>A transport is connected (media flows or a socket is open). Ends any grace time.</summary>
/// <param name="Connection">The edge's id of the connection; a newer one replaces an older.</param>
/// <param name="Known">It was there before, and has got what was said since: only a session that goes on elsewhere does not know it yet.</param>
public sealed record TransportConnected(string Connection, bool Known = false) : SessionCommand;

/// <summary>A transport is gone.</summary>
/// <param name="Connection">The id given at connect; a stale id is ignored.</param>
/// <param name="Graceful">True when the peer closed it on purpose: the session ends; false starts the grace time.</param>
public sealed record TransportLost(string Connection, bool Graceful) : SessionCommand;

/// <summary>Only one may hold something of a session, such as its socket: whoever holds it now is told by <see cref="TakenOver"/>, wherever it is connected.</summary>
/// <param name="What">What is held.</param>
/// <param name="Owner">The edge's id of the new holder.</param>
public sealed record TakeOver(string What, string Owner) : SessionCommand;

/// <summary>A client without media says that it is alive.</summary>
public sealed record Heartbeat : SessionCommand;

/// <summary>A client event to be written down (log, error, tts, stt, llm).</summary>
public sealed record RecordEvent(string Event, string Detail) : SessionCommand;

/// <summary>Speak this text as it is, without a language model. Queued behind what is being said.</summary>
public sealed record Say(string Text) : SessionCommand;

/// <summary>Speak the intro message, if there is one and the avatar has not said anything yet.</summary>
public sealed record Greet : SessionCommand;

/// <summary>A user turn by text: language model, then speech. Interrupts what is being said.</summary>
/// <param name="Text">The user's words.</param>
/// <param name="Id">The client's name for this question: one with the id of a recent one has been taken already and changes nothing. Null when the client does not repeat itself.</param>
public sealed record Ask(string Text, string? Id = null) : SessionCommand;

/// <summary>Stop speaking, drop everything queued.</summary>
public sealed record Interrupt : SessionCommand;

/// <summary>Begin speech made by the client (PCM follows); the avatar lip-syncs it.</summary>
/// <param name="Message">What is being said, for captions and history; may be empty.</param>
public sealed record BeginClientSpeech(string Message) : SessionCommand;

/// <summary>More client-made speech.</summary>
public sealed record AppendClientSpeech(PcmBlock Audio) : SessionCommand;

/// <summary>The client-made speech is complete.</summary>
public sealed record EndClientSpeech : SessionCommand;

/// <summary>How the microphone is used.</summary>
public enum ListenMode
{
    /// <summary>Audio is dropped.</summary>
    Off,

    /// <summary>Voice activity ends utterances, each is a turn, speaking over the avatar interrupts it.</summary>
    Conversation,

    /// <summary>Audio is recognised until <see cref="StopListening"/>; the result is reported, nothing is answered.</summary>
    Dictation,
}

/// <summary>Open the microphone.</summary>
public sealed record StartListening(ListenMode Mode, string? Language = null) : SessionCommand;

/// <summary>Close the microphone. In dictation the transcript follows as <see cref="DictationResult"/>.</summary>
/// <param name="Language">Language of what was said, or null.</param>
public sealed record StopListening(string? Language = null) : SessionCommand;

/// <summary>Change how the avatar looks, sounds or thinks from the next turn on. Null keeps a value, an empty document takes the document away.</summary>
public sealed record Reconfigure(
    Avatars.AvatarView? View = null,
    string? Voice = null,
    string? Model = null,
    string? Language = null,
    string? SystemPrompt = null,
    string? Document = null) : SessionCommand;

/// <summary>Forget the conversation so far.</summary>
public sealed record ClearHistory : SessionCommand;

/// <summary>Playout progress from the edge that plays this session, at least every 200 ms while it speaks. Without reports speech is taken to play in real time.</summary>
/// <param name="Turn">Turn of the segment.</param>
/// <param name="Segment">Segment inside the turn.</param>
/// <param name="PlayedMs">Milliseconds of the segment that were sent to the client.</param>
/// <param name="Finished">True when all of it was.</param>
public sealed record ReportPlayout(int Turn, int Segment, int PlayedMs, bool Finished) : SessionCommand;

/// <summary>End the session.</summary>
public sealed record EndSession(TerminationReason Reason, string Detail = "") : SessionCommand;

/// <summary>The answer to a command.</summary>
/// <param name="Reject">Null when accepted.</param>
/// <param name="Detail">Words for people when refused; the event id for <see cref="RecordEvent"/>.</param>
public readonly record struct CommandResult(RejectReason? Reject, string Detail = "")
{
    public bool Accepted => Reject is null;

    public static CommandResult Ok { get; } = new(null);

    public static CommandResult Refused(RejectReason reason, string detail) => new(reason, detail);
}
