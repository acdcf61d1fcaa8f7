namespace AvatarGrains.Api.Shared;

/// <summary>A STUN or TURN server for clients.</summary>
/// <param name="Urls">Its addresses.</param>
/// <param name="Username">TURN user, or null.</param>
/// <param name="Credential">TURN password, or null.</param>
public sealed record IceServerOptions(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);
