using AvatarGrains.Cluster.Contracts;
using AvatarGrains.Cluster.Placement;

namespace AvatarGrains.Cluster.Sessions;

/// <summary>Counts the sessions of a tenant that has a limit. What it counts is read back from the store when it starts anew, so nothing but the sessions themselves is stored.</summary>
[GrainType("tenant"), OnRole(SiloRoles.Session)]
internal sealed class TenantGrain(SessionSilo silo) : Grain, ITenantGrain
{
    private readonly HashSet<string> _active = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var tenant = this.GetPrimaryKeyString();
        foreach (var record in await silo.Runtime.Services.Store.ListActiveAsync(cancellationToken))
        {
            if (TenantKey.Of(record.Spec.Tenant) == tenant)
            {
                _active.Add(record.Id);
            }
        }
    }

    public Task<bool> ReserveAsync(string session, int limit) => Task.FromResult(_active.Contains(session) || (_active.Count < limit && _active.Add(session)));

    public Task ReleaseAsync(string session)
    {
        _active.Remove(session);
        return Task.CompletedTask;
    }
}

/// <summary>Grain keys are not empty; the local tenant's name is.</summary>
internal static class TenantKey
{
    public static string Of(string tenant) => "t:" + tenant;
}
