namespace AvatarGrains.Api.Shared.Sockets;

/// <summary>One whole message.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Data">Its bytes, valid until the next message is read; none when it was too long.</param>
internal readonly record struct SocketMessage(SocketMessageKind Kind, ReadOnlyMemory<byte> Data);
