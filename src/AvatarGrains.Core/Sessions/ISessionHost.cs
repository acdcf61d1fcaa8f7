using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Sessions;

/// <summary>Receives a session's outputs in order. Implementations return at once: they enqueue.</summary>
public interface ISessionSink
{
    void Deliver(SessionOutput output);
}

/// <summary>A refused call. Dialects map <see cref="Reason"/> to their own error shape.</summary>
public sealed class SessionRejectedException : Exception
{
    public SessionRejectedException(RejectReason reason, string detail)
        : base(detail) => Reason = reason;

    public SessionRejectedException(RejectReason reason, string detail, string sessionId, TerminationReason termination)
        : this(reason, detail) => (SessionId, Termination) = (sessionId, termination);

    public RejectReason Reason { get; }

    /// <summary>The session that was made and ended at once because of a quota, or null.</summary>
    public string? SessionId { get; }

    /// <summary>What it ended with, when there is one.</summary>
    public TerminationReason? Termination { get; }
}

/// <summary>A question over REST: server-kept history, text answer, no speech.</summary>
/// <param name="Text">The user's words.</param>
/// <param name="ClearHistory">Forget the conversation first.</param>
public sealed record TextQuestion(string Text, bool ClearHistory);

/// <summary>
/// Runs sessions. Two implementations, one meaning: in this process, and on a cluster of silos. Thread-safe.
/// What a call has acknowledged survives <c>kill -9</c>.
/// </summary>
public interface ISessionHost
{
    /// <summary>Makes a session; its id is unguessable.</summary>
    /// <exception cref="SessionRejectedException">A quota is used up, or the host is draining.</exception>
    ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken);

    /// <summary>The session, alive or ended, or null when the id is unknown.</summary>
    ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Hands a command to the session and waits until its effect is durable.</summary>
    ValueTask<CommandResult> SendAsync(string id, SessionCommand command, CancellationToken cancellationToken);

    /// <summary>Hands microphone audio to the session: 16 kHz mono. Copies what it keeps. Dropped when the session does not listen or is behind.</summary>
    void PushAudio(string id, ReadOnlySpan<short> samples);

    /// <summary>Subscribes a sink; dispose to unsubscribe. The sink first gets the current phase.</summary>
    /// <exception cref="SessionRejectedException">Unknown or ended session.</exception>
    ValueTask<IAsyncDisposable> SubscribeAsync(string id, ISessionSink sink, CancellationToken cancellationToken);

    /// <summary>Answers by text, sentence by sentence; question and answer enter the history.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the model failed (<see cref="RejectReason.EngineFailed"/>).</exception>
    IAsyncEnumerable<string> AskTextAsync(string id, TextQuestion question, CancellationToken cancellationToken);

    /// <summary>Speaks with the session's voice into audio, outside the conversation.</summary>
    IAsyncEnumerable<SpeechAudio> SynthesizeAsync(string id, SpeechRequest request, CancellationToken cancellationToken);

    /// <summary>Recognises audio outside the conversation.</summary>
    ValueTask<Transcript> TranscribeAsync(string id, PcmBlock audio, string? language, CancellationToken cancellationToken);

    /// <summary>Sessions that are not ended.</summary>
    int ActiveSessions { get; }

    /// <summary>Takes no new sessions, lets turns finish until the token fires, saves everything.</summary>
    Task DrainAsync(CancellationToken cancellationToken);
}
