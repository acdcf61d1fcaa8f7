using System.Security.Cryptography;
using AvatarGrains.Cluster.Contracts;
using AvatarGrains.Cluster.Hosting;
using AvatarGrains.Cluster.Placement;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Cluster.Edges;

/// <summary>The other edges of the cluster: a client need not know which one holds its connection, nor that the process it reached is none.</summary>
internal sealed class RemoteEdges(IGrainFactory grains, SiloDirectory silos, ILogger<RemoteEdges> log) : IOffers
{
    public async ValueTask<string?> ContinueAsync(string sessionId, string offer, CancellationToken cancellationToken)
    {
        try
        {
            return await grains.GetGrain<ISessionGrain>(sessionId).ConnectedByAsync() is { } silo && Others().Contains(silo)
                ? Read(await AtAsync(silo, edge => edge.ContinueAsync(sessionId, offer)))
                : null;
        }
        catch (Exception e) when (LinkServices.IsTransient(e))
        {
            // The edge is gone; the client is connected anew.
            log.LogInformation("Session {Session}: the edge that held its connection does not answer: {Reason}", sessionId, e.Message);
            return null;
        }
    }

    public async ValueTask<string?> AnswerAsync(string dialect, string sessionId, string offer, CancellationToken cancellationToken)
    {
        var others = Others();
        RandomNumberGenerator.Shuffle<SiloAddress>(others);
        foreach (var silo in others)
        {
            try
            {
                if (Read(await AtAsync(silo, edge => edge.AnswerAsync(dialect, sessionId, offer))) is { } answer)
                {
                    return answer;
                }
            }
            catch (SessionRejectedException e) when (e.Reason == RejectReason.Draining)
            {
                log.LogDebug("Edge {Silo} takes no clients.", silo);
            }
            catch (Exception e) when (LinkServices.IsTransient(e))
            {
                log.LogInformation("Edge {Silo} does not answer an offer: {Reason}", silo, e.Message);
            }
        }

        return null;
    }

    private static string? Read(OfferReply reply) => reply.Refusal is { } refusal ? throw refusal.Read() : reply.Answer;

    private SiloAddress[] Others() => [.. silos.Active(SiloRoles.Edge).Where(silo => !silo.Equals(silos.Local))];

    private async Task<OfferReply> AtAsync(SiloAddress silo, Func<IEdgeGrain, Task<OfferReply>> call)
    {
        try
        {
            // The placement of the grain that is called next reads this.
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
            return await call(grains.GetGrain<IEdgeGrain>(silo.GetConsistentHashCode()));
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }
}
