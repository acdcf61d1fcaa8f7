namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>Bounds of the session socket, as its SDKs know them.</summary>
internal static class SocketLimits
{
    public const int MaxMessageBytes = 6 << 20;
    public const int MaxAudioCharacters = 5 << 20;
    public const int MaxChunkCharacters = 512 << 10;
    public const int MaxMessagesCharacters = 512 << 10;
    public const int MaxToolsCharacters = 64 << 10;
    public const int MaxSpeechCharacters = 4000;
    public const int MaxInFlight = 3;
    public const int MessagesPerSecond = 200;

    public static readonly TimeSpan StreamIdle = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan StreamTime = TimeSpan.FromSeconds(600);
    public static readonly TimeSpan TurnsStreamTime = TimeSpan.FromSeconds(3600);
}
