using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Avatars;
using Orleans;

namespace AvatarGrains.Core.Sessions;

/// <summary>All a session is made from. Immutable; validated and resolved by the dialect before the session exists.</summary>
/// <param name="Capabilities">What it may use.</param>
/// <param name="View">How the avatar is shown at first.</param>
/// <param name="Model">Language model name, or null for the default.</param>
/// <param name="Voice">Voice name, or null for the default of the avatar.</param>
/// <param name="Recognizer">Recognizer name, or null for the default.</param>
/// <param name="SystemPrompt">System prompt text, or null.</param>
/// <param name="IntroMessage">Spoken at the first greeting, or null.</param>
/// <param name="Document">Document id the conversation is about, or null.</param>
/// <param name="Language">BCP 47 tag, or null for the voice's.</param>
/// <param name="Tenant">Who pays; "" for the local tenant.</param>
/// <param name="Dialect">The dialect that made it.</param>
/// <param name="Extra">The dialect's own request as JSON, given back verbatim where the dialect promises it; null when unused.</param>
/// <param name="ClientId">
/// The client's own id for it, a text or a number as text; unique in its tenant and dialect while the session has not ended. Null when the
/// client knows it by the session's id.
/// </param>
/// <param name="IdleTime">Longest silence of a client that only makes requests, from the beginning on; null for the server's.</param>
[GenerateSerializer, Immutable, Alias("ag.Spec")]
public sealed record SessionSpec(
    [property: Id(0)] Capabilities Capabilities,
    [property: Id(1)] AvatarView View,
    [property: Id(2)] string? Model = null,
    [property: Id(3)] string? Voice = null,
    [property: Id(4)] string? Recognizer = null,
    [property: Id(5)] string? SystemPrompt = null,
    [property: Id(6)] string? IntroMessage = null,
    [property: Id(7)] string? Document = null,
    [property: Id(8)] string? Language = null,
    [property: Id(9)] string Tenant = "",
    [property: Id(10)] string Dialect = "",
    [property: Id(11)] string? Extra = null,
    [property: Id(12)] string? ClientId = null,
    [property: Id(13)] TimeSpan? IdleTime = null);

/// <summary>Who said a line of history.</summary>
public enum Speaker
{
    User = 0,
    Avatar = 1,
}

/// <summary>One line of the conversation as it happened.</summary>
/// <param name="Turn">The turn it belongs to.</param>
/// <param name="Speaker">Who.</param>
/// <param name="Text">What was said; for the avatar, what was really played.</param>
/// <param name="At">When the line was written.</param>
/// <param name="Interrupted">True when the avatar was cut off; <paramref name="Text"/> ends where it was.</param>
/// <param name="Id">The client's name for the question; null when it gave none.</param>
[GenerateSerializer, Immutable, Alias("ag.Line")]
public sealed record HistoryLine(
    [property: Id(0)] int Turn,
    [property: Id(1)] Speaker Speaker,
    [property: Id(2)] string Text,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] bool Interrupted = false,
    [property: Id(5)] string? Id = null);

/// <summary>What is known of a session at one moment.</summary>
/// <param name="Id">Session id.</param>
/// <param name="Spec">What it was made from, with later changes.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Reason">Why it ended, once it has.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Duration">Metered time so far.</param>
/// <param name="Turn">The current turn number.</param>
/// <param name="History">All lines so far.</param>
/// <param name="ConnectedAt">When somebody first connected.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="ClientSdp">Last offer.</param>
/// <param name="ServerSdp">Last answer.</param>
/// <param name="Warning">The quota that ends it soon, once the client has been warned of it.</param>
/// <param name="Phase">What the avatar is doing.</param>
[GenerateSerializer, Immutable, Alias("ag.Snapshot")]
public sealed record SessionSnapshot(
    [property: Id(0)] string Id,
    [property: Id(1)] SessionSpec Spec,
    [property: Id(2)] SessionStatus Status,
    [property: Id(3)] TerminationReason? Reason,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] TimeSpan Duration,
    [property: Id(6)] int Turn,
    [property: Id(7)] IReadOnlyList<HistoryLine> History,
    [property: Id(8)] DateTimeOffset? ConnectedAt = null,
    [property: Id(9)] DateTimeOffset? EndedAt = null,
    [property: Id(10)] string? ClientSdp = null,
    [property: Id(11)] string? ServerSdp = null,
    [property: Id(12)] QuotaLeft? Warning = null,
    [property: Id(13)] ConversationPhase Phase = ConversationPhase.Idle)
{
    /// <summary>A session as it is stored.</summary>
    public static SessionSnapshot Of(SessionRecord r, IReadOnlyList<HistoryLine> history) => new(
        r.Id, r.Spec, r.Status, r.Reason, r.CreatedAt, r.Metered, r.Turn, history, r.ConnectedAt, r.EndedAt, r.ClientSdp, r.ServerSdp);
}

/// <summary>How long a quota still lasts.</summary>
/// <param name="Reason">What the session will end for.</param>
/// <param name="Left">When; zero or more.</param>
[GenerateSerializer, Immutable, Alias("ag.QuotaLeft")]
public sealed record QuotaLeft([property: Id(0)] TerminationReason Reason, [property: Id(1)] TimeSpan Left);
