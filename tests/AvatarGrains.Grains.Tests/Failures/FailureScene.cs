using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>A cluster in virtual time with scripted engines, and clients that talk to it.</summary>
public abstract class FailureScene : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, CutOffStore> _stores = [];
    private readonly ConcurrentDictionary<int, HeldSegments> _held = [];
    private LocalCluster? _cluster;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected HostFixture Fixture { get; } = new();

    /// <summary>How the feeds travel.</summary>
    private protected virtual FeedTransport Feeds => FeedTransport.Direct;

    private protected LocalCluster Cluster => _cluster!;

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            store.Release();
        }

        foreach (var held in _held.Values)
        {
            held.Released.TrySetResult();
        }

        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }

    /// <summary>The store as a silo reaches it.</summary>
    protected CutOffStore Store(int silo) => _stores[silo];

    /// <summary>Speech as a silo makes it.</summary>
    private protected HeldSegments Speech(int silo) => _held[silo];

    private protected Task StartAsync(params SiloRoles[] roles) => StartAsync(new WorkerLimits(), roles);

    private protected Task StartAsync(WorkerLimits limits, params SiloRoles[] roles) =>
        StartAsync(LocalCluster.Times with { FirstPiece = TimeSpan.FromSeconds(30) }, limits, roles);

    private protected async Task StartAsync(ClusterTimes times, WorkerLimits limits, params SiloRoles[] roles) =>
        _cluster = await LocalCluster.StartAsync(ServicesOf, times, limits, Feeds, roles);

    /// <summary>A client at an edge, connected to a new session.</summary>
    protected async Task<(string Id, RecordingSink Sink)> TalkAsync(int edge, string tenant = "")
    {
        var host = Cluster.Host(edge);
        var id = (await host.CreateAsync(HostFixture.Spec() with { Tenant = tenant }, Token)).Id;
        var sink = new RecordingSink();
        await host.Open(id).SubscribeAsync(sink, Token);
        await SendAsync(edge, id, new TransportConnected("c" + id));
        return (id, sink);
    }

    protected async Task SendAsync(int edge, string id, SessionCommand command)
    {
        var result = await Cluster.Host(edge).Open(id).SendAsync(command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }

    /// <summary>Ends a silo as the loss of its machine does: from now on it can neither store nor say anything.</summary>
    protected async Task KillAsync(int silo)
    {
        Store(silo).Dead = true;
        await Cluster.SuspectAsync(silo, by: Cluster.Silos.First(s => s != silo));

        // Nobody listens to it any more; what waits for its writes is let go, so that it can be taken down.
        Store(silo).Release();
        await Cluster.KillAsync(silo);
    }

    protected async Task<IReadOnlyList<HistoryLine>> HistoryAsync(string id) => (await Fixture.Store.ReadAsync(id, Token))!.Value.History;

    private SessionServices ServicesOf(int silo)
    {
        _stores[silo] = new CutOffStore(Fixture.Store);
        _held[silo] = new HeldSegments(Fixture.Segments) { Hold = false };
        return Fixture.Services() with { Store = _stores[silo], Segments = _held[silo] };
    }
}
