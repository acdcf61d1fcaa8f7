using AvatarGrains.Api.Edge;
using AvatarGrains.Core.Hosting;

namespace AvatarGrains.Server.Composition;

/// <summary>What the API uses of a cluster besides its sessions.</summary>
/// <param name="Addresses">Where clients reach the other edges.</param>
/// <param name="Edges">The other edges, for offers.</param>
/// <param name="Rates">The requests of tenants, counted over all silos.</param>
/// <param name="Serve">Has the others hand offers to this edge.</param>
internal sealed record ClusterMembership(IEdgeAddresses Addresses, IOffers Edges, IRequestRates Rates, Action<IOffers> Serve);
