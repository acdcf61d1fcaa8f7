using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Sessions;

/// <summary>Runs sessions, wherever in the cluster they are. Thread-safe. What a call has acknowledged survives <c>kill -9</c>.</summary>
public interface ISessionHost
{
    /// <summary>
    /// Makes a session; its id is unguessable. Where the spec has a client's id (<see cref="SessionSpec.ClientId"/>) whose session has not ended,
    /// gives that one: a client whose answer was lost makes no second session.
    /// </summary>
    /// <exception cref="SessionRejectedException">A quota is used up, or the host is draining.</exception>
    ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken);

    /// <summary>The session, alive or ended, or null when the id is unknown.</summary>
    ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The session that a client knows by its own id and that has not ended, or null.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="dialect">The dialect that made it.</param>
    /// <param name="clientId">The client's id, a number as text.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask<SessionSnapshot?> FindByClientIdAsync(string tenant, string dialect, string clientId, CancellationToken cancellationToken);

    /// <summary>A handle to a session. Costs nothing and asks nobody: whether there is such a session, its calls say.</summary>
    ISession Open(string id);

    /// <summary>Sessions that are not ended.</summary>
    int ActiveSessions { get; }

    /// <summary>Takes no new sessions, lets turns finish until the token fires, saves everything.</summary>
    Task DrainAsync(CancellationToken cancellationToken);
}

/// <summary>A session as its edges and dialects use it. Stays valid when the session moves to another silo. Thread-safe.</summary>
public interface ISession
{
    string Id { get; }

    /// <summary>
    /// Hands a command to the session and waits until its effect is durable. Commands sent one after another take effect in that order.
    /// </summary>
    ValueTask<CommandResult> SendAsync(SessionCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Hands over microphone audio: 16 kHz mono. Copies what it keeps. Dropped when the session does not listen or is behind, and when
    /// nothing is subscribed through this host.
    /// </summary>
    void PushAudio(ReadOnlySpan<short> samples);

    /// <summary>Subscribes a sink; dispose to unsubscribe. The sink first gets the current phase.</summary>
    /// <exception cref="SessionRejectedException">Unknown or ended session.</exception>
    ValueTask<IAsyncDisposable> SubscribeAsync(ISessionSink sink, CancellationToken cancellationToken);

    /// <summary>Answers by text, sentence by sentence; question and answer enter the history.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the model failed (<see cref="RejectReason.EngineFailed"/>).</exception>
    IAsyncEnumerable<string> AskTextAsync(TextQuestion question, CancellationToken cancellationToken);

    /// <summary>Speaks with the session's voice into audio, outside the conversation.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the voice failed.</exception>
    IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken);

    /// <summary>Recognises audio outside the conversation.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the recognizer failed.</exception>
    ValueTask<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken);
}

/// <summary>Receives a session's outputs in order. Implementations return at once: they enqueue.</summary>
public interface ISessionSink
{
    void Deliver(SessionOutput output);
}
