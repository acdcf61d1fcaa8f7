using AvatarGrains.Cluster.Placement;
using AvatarGrains.Cluster.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Hosting;

namespace AvatarGrains.Cluster.Tests;

/// <summary>The contract of every session host, on real silos.</summary>
public abstract class ClusterHostConformance(params SiloRoles[] roles) : SessionHostConformance, IAsyncDisposable
{
    private readonly List<LocalCluster> _clusters = [];
    private readonly List<CutOffStore> _stores = [];

    public async ValueTask DisposeAsync()
    {
        _stores.ForEach(s => s.Release());
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected override async ValueTask<ISessionHost> StartAsync(SessionServices services)
    {
        var store = new CutOffStore(services.Store);
        _stores.Add(store);
        var cluster = await LocalCluster.StartAsync(_ => services with { Store = store }, LocalCluster.Times, roles);
        _clusters.Add(cluster);
        return cluster.Host(0);
    }

    protected override ValueTask KillAsync(ISessionHost host)
    {
        _stores[^1].Dead = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>One silo that does everything.</summary>
public sealed class SingleSiloHostTests() : ClusterHostConformance(SiloRoles.All);

/// <summary>Seen from an edge, with sessions and workers elsewhere.</summary>
public sealed class EdgeHostTests() : ClusterHostConformance(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
