using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>
/// Where the API's sessions run: on the third silo of a cluster whose first two are edges. The tests are those of the API; what differs
/// from one process is a bug.
/// </summary>
internal sealed class PersoHosts : IAsyncDisposable
{
    private static readonly Lock Gate = new();

    /// <summary>The cluster of tests that look at nothing but their own sessions. It ends with the process.</summary>
    private static Task<PersoHosts>? _shared;

    private readonly LocalCluster _cluster;
    private readonly bool _owned;

    private PersoHosts(HostFixture fixture, LocalCluster cluster, bool owned)
    {
        (Fixture, _cluster, _owned) = (fixture, cluster, owned);
        Edges = [.. Enumerable.Range(0, 2).Select(EdgeOf)];
    }

    public HostFixture Fixture { get; }

    public IReadOnlyList<PersoEdge> Edges { get; }

    public static Task<PersoHosts> StartAsync(HostFixture? fixture)
    {
        if (fixture is not null)
        {
            return DeployAsync(fixture, owned: true);
        }

        lock (Gate)
        {
            return _shared ??= DeployAsync(new HostFixture(), owned: false);
        }
    }

    /// <summary>Tenants whose requests are being counted: those with a grain.</summary>
    public async Task<int> CountedAsync() =>
        (await _cluster.Service<IGrainFactory>(0).GetGrain<IManagementGrain>(0).GetActiveGrains(GrainType.Create("tenant"))).Count;

    public ValueTask DisposeAsync() => _owned ? _cluster.DisposeAsync() : ValueTask.CompletedTask;

    private static async Task<PersoHosts> DeployAsync(HostFixture fixture, bool owned) =>
        new(fixture, await LocalCluster.StartAsync(
            _ => fixture.Services(), LocalCluster.Times, SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session | SiloRoles.Worker), owned);

    private PersoEdge EdgeOf(int silo) => new(
        _cluster.Host(silo),
        services => services.AddSingleton(_cluster.Service<IRequestRates>(silo)).AddSingleton(_cluster.Service<IEngineCatalog>(silo)));
}
