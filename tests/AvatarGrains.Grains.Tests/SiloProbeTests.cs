using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Grains.Tests;

/// <summary>A silo whose process is gone is out of the cluster when somebody has looked, not when the silos' own probes have been missed.</summary>
public sealed class SiloProbeTests
{
    [Fact]
    public async Task Silo_that_refuses_connections_is_dead_for_everybody_when_the_probe_returns()
    {
        var fixture = new HostFixture();

        // The silos' own probes notice nothing in this time.
        var times = LocalCluster.Times with { Probe = TimeSpan.FromMinutes(30) };
        await using var cluster = await RealCluster.StartAsync(
            new InMemorySharedRecords(), _ => fixture.Services(), times, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session | SiloRoles.Worker);
        var gone = cluster.Service<ILocalSiloDetails>(1).SiloAddress;
        await cluster.VanishAsync(1);
        await cluster.Service<SiloProbe>(0).RunAsync();
        Assert.Equal(SiloStatus.Dead, cluster.Service<ISiloStatusOracle>(0).GetApproximateSiloStatus(gone));
        Assert.Equal(SiloStatus.Dead, cluster.Service<ISiloStatusOracle>(2).GetApproximateSiloStatus(gone));
    }

    [Fact]
    public async Task Silo_that_listens_stays()
    {
        var fixture = new HostFixture();
        await using var cluster = await RealCluster.StartAsync(new InMemorySharedRecords(), _ => fixture.Services(), LocalCluster.Times, SiloRoles.Edge, SiloRoles.Session);
        var there = cluster.Service<ILocalSiloDetails>(1).SiloAddress;
        await cluster.Service<SiloProbe>(0).RunAsync();
        Assert.Equal(SiloStatus.Active, cluster.Service<ISiloStatusOracle>(0).GetApproximateSiloStatus(there));
    }
}
