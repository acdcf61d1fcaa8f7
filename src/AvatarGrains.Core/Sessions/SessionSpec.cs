using AvatarGrains.Core.Avatars;

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
public sealed record SessionSpec(
    Capabilities Capabilities,
    AvatarView View,
    string? Model = null,
    string? Voice = null,
    string? Recognizer = null,
    string? SystemPrompt = null,
    string? IntroMessage = null,
    string? Document = null,
    string? Language = null,
    string Tenant = "",
    string Dialect = "",
    string? Extra = null);

/// <summary>Who said a line of history.</summary>
public enum Speaker
{
    User,
    Avatar,
}

/// <summary>One line of the conversation as it happened.</summary>
/// <param name="Turn">The turn it belongs to.</param>
/// <param name="Speaker">Who.</param>
/// <param name="Text">What was said; for the avatar, what was really played.</param>
/// <param name="At">When the line was written.</param>
/// <param name="Interrupted">True when the avatar was cut off; <paramref name="Text"/> ends where it was.</param>
/// <param name="Id">The client's name for the question; null when it gave none.</param>
public sealed record HistoryLine(int Turn, Speaker Speaker, string Text, DateTimeOffset At, bool Interrupted = false, string? Id = null);

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
public sealed record SessionSnapshot(
    string Id,
    SessionSpec Spec,
    SessionStatus Status,
    TerminationReason? Reason,
    DateTimeOffset CreatedAt,
    TimeSpan Duration,
    int Turn,
    IReadOnlyList<HistoryLine> History,
    DateTimeOffset? ConnectedAt = null,
    DateTimeOffset? EndedAt = null,
    string? ClientSdp = null,
    string? ServerSdp = null,
    QuotaLeft? Warning = null);

/// <summary>How long a quota still lasts.</summary>
/// <param name="Reason">What the session will end for.</param>
/// <param name="Left">When; zero or more.</param>
public sealed record QuotaLeft(TerminationReason Reason, TimeSpan Left);
