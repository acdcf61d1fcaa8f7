using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Hosting;

/// <summary>The requests that reach any silo: the tenant's grain counts them.</summary>
internal sealed class ClusterRates(LinkServices services) : IRequestRates
{
    public async ValueTask<TimeSpan?> TakeAsync(string tenant, int perMinute, CancellationToken cancellationToken) =>
        await services.CallAsync(() => services.Grains.GetGrain<ITenantGrain>(TenantKey.Of(tenant)).TakeRequestAsync(perMinute), cancellationToken);
}
