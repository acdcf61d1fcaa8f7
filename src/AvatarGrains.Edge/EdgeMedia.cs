using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Edge;

/// <summary>Where an edge's media goes.</summary>
/// <param name="Loop">Its socket and clock.</param>
/// <param name="Peers">How peers are made.</param>
public sealed record EdgeMedia(MediaLoop Loop, PeerConfig Peers);
