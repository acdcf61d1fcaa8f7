using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Handles;

/// <summary>The requests that reach any silo: the tenant's grain counts them.</summary>
internal sealed class ClusterRates(SessionCalls calls) : IRequestRates
{
    public async ValueTask<TimeSpan?> TakeAsync(string tenant, int perMinute, CancellationToken cancellationToken) =>
        await calls.CallAsync(
            () => new ValueTask<TimeSpan?>(calls.Grains.GetGrain<ITenantGrain>(TenantKey.Of(tenant)).TakeRequestAsync(perMinute)), cancellationToken);
}
