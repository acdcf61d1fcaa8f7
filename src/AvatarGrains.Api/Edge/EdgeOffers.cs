using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Sessions;
using AvatarGrains.WebRtc.Sdp;

namespace AvatarGrains.Api.Edge;

/// <summary>The offers that other processes of the cluster hand to this edge.</summary>
internal sealed class EdgeOffers(EdgeHub hub, IEnumerable<IConnectionDialect> dialects) : IOffers
{
    public ValueTask<string?> ContinueAsync(string sessionId, string offer, CancellationToken cancellationToken) => hub.ContinueAsync(sessionId, offer, cancellationToken);

    public async ValueTask<string?> AnswerAsync(string dialect, string sessionId, string offer, CancellationToken cancellationToken)
    {
        if (!hub.TakesClients || dialects.FirstOrDefault(one => one.Name == dialect) is not { } spoken)
        {
            return null;
        }

        try
        {
            return await hub.ConnectHereAsync(sessionId, offer, spoken, cancellationToken);
        }
        catch (SdpException unusable)
        {
            throw new SessionRejectedException(RejectReason.InvalidArgument, unusable.Message);
        }
    }
}
