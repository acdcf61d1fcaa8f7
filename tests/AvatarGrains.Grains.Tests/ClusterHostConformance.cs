using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests;

/// <summary>The contract of every session host, on real silos.</summary>
public abstract class ClusterHostConformance(params SiloRoles[] roles) : SessionHostConformance, IAsyncDisposable
{
    private readonly List<LocalCluster> _clusters = [];
    private readonly List<CutOffStore> _stores = [];

    public virtual async ValueTask DisposeAsync()
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
        var cluster = await LocalCluster.StartAsync(_ => services with { Store = store }, LocalCluster.Times, new WorkerLimits(), Feeds, roles);
        _clusters.Add(cluster);
        return cluster.Host(0);
    }

    /// <summary>How the feeds of the test's clusters travel.</summary>
    private protected virtual FeedTransport Feeds => FeedTransport.Direct;

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

/// <summary>With Orleans' memory streams between them.</summary>
public sealed class MemoryFeedHostTests() : ClusterHostConformance(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker)
{
    private protected override FeedTransport Feeds => FeedTransport.Memory;
}
