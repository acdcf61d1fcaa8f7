using AvatarGrains.Cluster.Contracts;
using AvatarGrains.Cluster.Placement;
using AvatarGrains.Core.Hosting;
using Orleans.Concurrency;

namespace AvatarGrains.Cluster.Edges;

/// <summary>Hands offers to the edge of this silo.</summary>
[StatelessWorker(1), Reentrant, OnRole(SiloRoles.Edge)]
internal sealed class EdgeGrain(LocalEdge edge) : Grain, IEdgeGrain
{
    public Task<OfferReply> ContinueAsync(string session, string offer) => AskAsync(offers => offers.ContinueAsync(session, offer, CancellationToken.None));

    public Task<OfferReply> AnswerAsync(string dialect, string session, string offer) =>
        AskAsync(offers => offers.AnswerAsync(dialect, session, offer, CancellationToken.None));

    private async Task<OfferReply> AskAsync(Func<IOffers, ValueTask<string?>> ask)
    {
        try
        {
            return new OfferReply(edge.Offers is { } offers ? await ask(offers) : null, null);
        }
        catch (SessionRejectedException refused)
        {
            return new OfferReply(null, RefusalWire.From(refused));
        }
    }
}

/// <summary>The edge of this silo, once its web server is up.</summary>
internal sealed class LocalEdge
{
    private volatile IOffers? _offers;

    public IOffers? Offers
    {
        get => _offers;
        set => _offers = value;
    }
}
