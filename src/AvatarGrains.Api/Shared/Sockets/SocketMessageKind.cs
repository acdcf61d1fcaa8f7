namespace AvatarGrains.Api.Shared.Sockets;

/// <summary>What came over a WebSocket.</summary>
internal enum SocketMessageKind
{
    /// <summary>UTF-8 text.</summary>
    Text = 0,

    /// <summary>Bytes.</summary>
    Binary = 1,

    /// <summary>A message that was longer than allowed and is dropped; the connection goes on.</summary>
    TooLong = 2,
}
