using AvatarGrains.Api.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>What Perso clients speak on their data channels.</summary>
internal sealed class PersoConnections(PersoNames names, PersoAudio audio, IEdgeAddresses edges) : IConnectionDialect
{
    public string Name => "perso";

    public IChannelDialect Open(IEdgeControl edge) => new PersoChannel(edge, names, audio, edges);
}
