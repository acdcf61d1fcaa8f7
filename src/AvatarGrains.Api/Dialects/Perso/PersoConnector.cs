using AvatarGrains.Api.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Connects Perso clients to the edge.</summary>
internal sealed class PersoConnector(EdgeHub hub, PersoConnections dialect) : IPersoConnector
{
    public ValueTask<string> ConnectAsync(string sessionId, string offer, CancellationToken cancellationToken) => hub.ConnectAsync(sessionId, offer, dialect, cancellationToken);
}
