using AvatarGrains.Core.Media;
using AvatarGrains.Core.Turns;
using Orleans;

namespace AvatarGrains.Core.Sessions;

/// <summary>Something a client or an edge asks of a session. One closed family; every dialect translates into it.</summary>
[GenerateSerializer, Immutable, Alias("ag.Command")]
public abstract record SessionCommand;

/// <summary>An offer was answered. Moves Created to Exchanged.</summary>
/// <param name="ClientSdp">The offer, kept for the dialects that show it.</param>
/// <param name="ServerSdp">The answer.</param>
[GenerateSerializer, Immutable, Alias("ag.c.Exchanged")]
public sealed record MarkExchanged([property: Id(0)] string? ClientSdp, [property: Id(1)] string? ServerSdp) : SessionCommand;

/// <summary>A transport is connected (media flows or a socket is open). Ends any grace time.</summary>
/// <param name="Connection">The edge's id of the connection; a newer one replaces an older.</param>
/// <param name="Known">It was there before, and has got what was said since: only a session that goes on elsewhere does not know it yet.</param>
[GenerateSerializer, Immutable, Alias("ag.c.Connected")]
public sealed record TransportConnected([property: Id(0)] string Connection, [property: Id(1)] bool Known = false) : SessionCommand;

/// <summary>A transport is gone.</summary>
/// <param name="Connection">The id given at connect; a stale id is ignored.</param>
/// <param name="Graceful">True when the peer closed it on purpose: the session ends; false starts the grace time.</param>
[GenerateSerializer, Immutable, Alias("ag.c.Lost")]
public sealed record TransportLost([property: Id(0)] string Connection, [property: Id(1)] bool Graceful) : SessionCommand;

/// <summary>
/// Only one may hold something of a session, such as its socket: whoever holds it now is told by <see cref="TakenOver"/>, wherever it is
/// connected.
/// </summary>
/// <param name="What">What is held.</param>
/// <param name="Owner">The edge's id of the new holder.</param>
[GenerateSerializer, Immutable, Alias("ag.c.TakeOver")]
public sealed record TakeOver([property: Id(0)] string What, [property: Id(1)] string Owner) : SessionCommand;

/// <summary>A client without media says that it is alive.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.Heartbeat")]
public sealed record Heartbeat : SessionCommand;

/// <summary>A client event to be written down (log, error, tts, stt, llm).</summary>
[GenerateSerializer, Immutable, Alias("ag.c.Event")]
public sealed record RecordEvent([property: Id(0)] string Event, [property: Id(1)] string Detail) : SessionCommand;

/// <summary>Perform one turn. The answer carries its number (<see cref="CommandResult.Turn"/>); all it gives are outputs of that turn.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.Perform")]
public sealed record Perform([property: Id(0)] TurnRequest Request) : SessionCommand
{
    /// <summary>A question: language model, then speech. Interrupts what is being said.</summary>
    /// <param name="text">The user's words.</param>
    /// <param name="id">The client's name for the question; see <see cref="TurnRequest.Id"/>.</param>
    public static Perform Ask(string text, string? id = null) => new(new TurnRequest(TurnKind.Ask, text) { Id = id });

    /// <summary>Words to say as they are, behind what is being said.</summary>
    public static Perform Say(string text) => new(new TurnRequest(TurnKind.Say, text));
}

/// <summary>Speak the intro message, if there is one and the avatar has not said anything yet.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.Greet")]
public sealed record Greet : SessionCommand;

/// <summary>Stop speaking, drop everything queued.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.Interrupt")]
public sealed record Interrupt : SessionCommand;

/// <summary>Begin speech made by the client (PCM follows); the avatar lip-syncs it.</summary>
/// <param name="Message">What is being said, for captions and history; may be empty.</param>
[GenerateSerializer, Immutable, Alias("ag.c.BeginSpeech")]
public sealed record BeginClientSpeech([property: Id(0)] string Message) : SessionCommand;

/// <summary>More client-made speech.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.AppendSpeech")]
public sealed record AppendClientSpeech([property: Id(0)] PcmBlock Audio) : SessionCommand;

/// <summary>The client-made speech is complete.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.EndSpeech")]
public sealed record EndClientSpeech : SessionCommand;

/// <summary>How the microphone is used.</summary>
public enum ListenMode
{
    /// <summary>Audio is dropped.</summary>
    Off = 0,

    /// <summary>Voice activity ends utterances, each is a turn, speaking over the avatar interrupts it.</summary>
    Conversation = 1,

    /// <summary>Audio is recognised until <see cref="StopListening"/>; the result is reported, nothing is answered.</summary>
    Dictation = 2,

    /// <summary>As a conversation, but utterances are only reported (<see cref="UserCaption"/>), and nothing is answered or interrupted.</summary>
    Report = 3,
}

/// <summary>How one session's microphone tells speech from everything else. Null keeps the server's value.</summary>
/// <param name="EndSilence">Silence that ends an utterance, 0.1 to 5 s.</param>
/// <param name="LevelDb">Level below which nothing is speech, in dB of full scale, −90 to 0.</param>
/// <param name="BargeIn">Whether speaking over the avatar interrupts it; true when null.</param>
/// <param name="MinWords">Words that must have been understood before speech interrupts the avatar; 0 when null.</param>
/// <param name="Pace">How fast answers are made; live when null.</param>
[GenerateSerializer, Immutable, Alias("ag.Microphone")]
public sealed record MicrophoneSettings(
    [property: Id(0)] TimeSpan? EndSilence = null,
    [property: Id(1)] double? LevelDb = null,
    [property: Id(2)] bool? BargeIn = null,
    [property: Id(3)] int? MinWords = null,
    [property: Id(4)] Pace? Pace = null);

/// <summary>Open the microphone.</summary>
/// <param name="Mode">How it is used.</param>
/// <param name="Language">Language of what is said, or null for the session's.</param>
/// <param name="Settings">How speech is told; null keeps what was set before.</param>
[GenerateSerializer, Immutable, Alias("ag.c.Listen")]
public sealed record StartListening(
    [property: Id(0)] ListenMode Mode, [property: Id(1)] string? Language = null, [property: Id(2)] MicrophoneSettings? Settings = null)
    : SessionCommand;

/// <summary>Close the microphone. In dictation the transcript follows as <see cref="DictationResult"/>.</summary>
/// <param name="Language">Language of what was said, or null.</param>
[GenerateSerializer, Immutable, Alias("ag.c.StopListen")]
public sealed record StopListening([property: Id(0)] string? Language = null) : SessionCommand;

/// <summary>
/// Change how the avatar looks, sounds or thinks from the next turn on. Null keeps a value, an empty document takes the document away.
/// </summary>
[GenerateSerializer, Immutable, Alias("ag.c.Reconfigure")]
public sealed record Reconfigure(
    [property: Id(0)] Avatars.AvatarView? View = null,
    [property: Id(1)] string? Voice = null,
    [property: Id(2)] string? Model = null,
    [property: Id(3)] string? Language = null,
    [property: Id(4)] string? SystemPrompt = null,
    [property: Id(5)] string? Document = null) : SessionCommand;

/// <summary>Forget the conversation so far.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.Clear")]
public sealed record ClearHistory : SessionCommand;

/// <summary>
/// Playout progress from the edge that plays this session, at least every 200 ms while it speaks. Without reports speech is taken to play
/// in real time.
/// </summary>
/// <param name="Turn">Turn of the segment.</param>
/// <param name="Segment">Segment inside the turn.</param>
/// <param name="PlayedMs">Milliseconds of the segment that were sent to the client.</param>
/// <param name="Finished">True when all of it was.</param>
[GenerateSerializer, Immutable, Alias("ag.c.Playout")]
public sealed record ReportPlayout(
    [property: Id(0)] int Turn,
    [property: Id(1)] int Segment,
    [property: Id(2)] int PlayedMs,
    [property: Id(3)] bool Finished) : SessionCommand;

/// <summary>End the session.</summary>
[GenerateSerializer, Immutable, Alias("ag.c.End")]
public sealed record EndSession([property: Id(0)] TerminationReason Reason, [property: Id(1)] string Detail = "") : SessionCommand;

/// <summary>The answer to a command.</summary>
/// <param name="Reject">Null when accepted.</param>
/// <param name="Detail">Words for people when refused; the event id for <see cref="RecordEvent"/>.</param>
/// <param name="Turn">The turn that performs it, for <see cref="Perform"/>; else 0.</param>
[GenerateSerializer, Immutable, Alias("ag.CommandResult")]
public readonly record struct CommandResult(
    [property: Id(0)] RejectReason? Reject, [property: Id(1)] string Detail = "", [property: Id(2)] int Turn = 0)
{
    public bool Accepted => Reject is null;

    public static CommandResult Ok { get; } = new(null);

    public static CommandResult Refused(RejectReason reason, string detail) => new(reason, detail);
}
