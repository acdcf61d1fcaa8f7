namespace AvatarGrains.Api.Shared.Sockets;

/// <summary>What a dialect's sockets allow.</summary>
/// <param name="MaxMessageBytes">Largest message of a client.</param>
internal sealed record SocketBounds(int MaxMessageBytes)
{
    /// <summary>How long a client may send nothing before its connection is closed with code 1001; null for ever. Pings do not count.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>How long the client has to answer a close before the connection is cut.</summary>
    public TimeSpan CloseTime { get; init; } = TimeSpan.FromSeconds(5);
}
