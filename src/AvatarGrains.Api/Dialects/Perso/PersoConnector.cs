using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Connects Perso clients to the edge.</summary>
internal sealed class PersoConnector(EdgeHub hub, PersoNames names, PersoAudio audio, IEdgeAddresses edges) : IPersoConnector
{
    public ValueTask<string> ConnectAsync(string sessionId, string offer, CancellationToken cancellationToken) =>
        hub.ConnectAsync(sessionId, offer, edge => new PersoChannel(edge, names, audio, edges), cancellationToken);
}
