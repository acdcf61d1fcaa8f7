namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Answers a WebRTC offer for a session.</summary>
internal interface IPersoConnector
{
    ValueTask<string> ConnectAsync(string sessionId, string offer, CancellationToken cancellationToken);
}
