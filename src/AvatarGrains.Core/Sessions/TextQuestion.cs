using Orleans;

namespace AvatarGrains.Core.Sessions;

/// <summary>A question over REST: server-kept history, text answer, no speech.</summary>
/// <param name="Text">The user's words.</param>
/// <param name="ClearHistory">Forget the conversation first.</param>
[GenerateSerializer, Immutable, Alias("ag.TextQuestion")]
public sealed record TextQuestion([property: Id(0)] string Text, [property: Id(1)] bool ClearHistory);
