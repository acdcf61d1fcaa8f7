namespace AvatarGrains.Core.Sessions;

/// <summary>What the store keeps of a session's life, enough to go on after a restart.</summary>
/// <param name="Status">Where its life was.</param>
/// <param name="Reason">Why it ended, or null.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ConnectedAt">When its client was first heard of, or null.</param>
/// <param name="EndedAt">When it ended, or null.</param>
/// <param name="Metered">Time metered so far.</param>
/// <param name="RequestsOnly">Whether its client is known by its requests alone. It cannot know of a restart, and is given its usual
/// silence to make the next one.</param>
public readonly record struct StoredLife(
    SessionStatus Status,
    TerminationReason? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ConnectedAt,
    DateTimeOffset? EndedAt,
    TimeSpan Metered,
    bool RequestsOnly);
