using AvatarGrains.Conformance;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Conformance.Model;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>
/// Where the API's sessions run: in one process. The cluster's tests have a class of the same name, and run the same tests over two edges
/// of a cluster.
/// </summary>
internal sealed class PersoHosts : IAsyncDisposable
{
    private readonly ModelSessionHost _host;

    private readonly RequestRates _rates;

    private PersoHosts(HostFixture fixture, ModelSessionHost host)
    {
        (Fixture, _host, _rates) = (fixture, host, new RequestRates(fixture.Time));
        Edges = [new PersoEdge(host, services => services.AddSingleton<IRequestRates>(_rates).AddSingleton<IEngineCatalog>(fixture.Engines))];
    }

    public HostFixture Fixture { get; }

    public IReadOnlyList<PersoEdge> Edges { get; }

    public static async Task<PersoHosts> StartAsync(HostFixture? fixture)
    {
        fixture ??= new HostFixture();
        return new PersoHosts(fixture, await ModelSessionHost.StartAsync(fixture.Services(), CancellationToken.None));
    }

    /// <summary>Tenants whose requests are being counted.</summary>
    public Task<int> CountedAsync() => Task.FromResult(_rates.Count);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
