namespace AvatarGrains.Core.Sessions;

/// <summary>What the store keeps of a session's life, enough to go on after a restart.</summary>
public readonly record struct StoredLife(
    SessionStatus Status,
    TerminationReason? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ConnectedAt,
    DateTimeOffset? EndedAt,
    TimeSpan Metered);
