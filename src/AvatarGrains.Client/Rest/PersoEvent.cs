namespace AvatarGrains.Client.Rest;

/// <summary>What a server answers to an event.</summary>
/// <param name="Terminates">The session is over.</param>
/// <param name="Reason">The termination reason, such as <c>MAX_MIN_PER_SESSION_QUOTA_EXCEEDED</c>.</param>
public sealed record PersoEvent(bool Terminates, string? Reason);
