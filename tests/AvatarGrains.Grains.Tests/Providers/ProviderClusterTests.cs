using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>Three silos over TCP that find each other, wake sessions and keep foreign ids by a provider. Inherit and say which.</summary>
public abstract class ProviderClusterTests : IAsyncLifetime
{
    private readonly HostFixture _fixture = new();
    private readonly ConcurrentDictionary<int, WatchedStore> _stores = new();
    private RealCluster? _cluster;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected RealCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        var options = await OpenAsync();
        var sessions = Sessions ?? _fixture.Store;
        var times = LocalCluster.Times with { OrphanCheck = TimeSpan.FromSeconds(1) };
        _cluster = await RealCluster.StartAsync(
            options,
            n => _fixture.Services() with { Store = _stores[n] = new WatchedStore(sessions) },
            times,
            SiloRoles.Edge,
            SiloRoles.Session | SiloRoles.Worker,
            SiloRoles.Session | SiloRoles.Worker);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        finally
        {
            await CloseAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Session_of_a_silo_that_dies_without_a_word_goes_on_from_the_database()
    {
        var (id, sink) = await TalkAsync();
        await SendAsync(id, Perform.Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        var silo = Cluster.SiloOf(id);
        var seen = sink.Outputs.Max(o => o.Turn);
        _stores[silo].Dead = true;
        await Cluster.KillAsync(silo);
        await sink.WaitAsync<TurnBegan>(t => t.Turn > seen);
        await SendAsync(id, Perform.Ask("second"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said second.");
        Assert.Equal(3 - silo, Cluster.SiloOf(id));
        Assert.Equal("first", (await Cluster.Host(0).FindAsync(id, Token))!.History[0].Text);
    }

    [Fact]
    public async Task Session_that_nobody_is_left_to_call_is_woken_by_its_reminder_and_ends_with_its_reason_and_its_minutes()
    {
        var (id, _) = await TalkAsync();
        var silo = Cluster.SiloOf(id);
        _fixture.Time.Advance(TimeSpan.FromSeconds(90));
        await SendAsync(id, new ReportPlayout(-1, 0, 0, false));
        var woken = _stores[3 - silo].WrittenAsync(r => r.Id == id);
        _stores[silo].Dead = true;
        await Cluster.KillAsync(0, silo);
        Assert.Equal(SessionStatus.InProgress, (await woken).Status);
        var ended = _stores[3 - silo].WrittenAsync(r => r.Id == id && r.Status == SessionStatus.Terminated);
        _fixture.Time.Advance(_fixture.Policy.GraceTime + TimeSpan.FromSeconds(1));
        Assert.Equal(TerminationReason.SessionLostAfterConnection, (await ended).Reason);
        var metered = await _stores[3 - silo].ReadMeterAsync("", "2026-03", Token);
        Assert.Equal((await ended).Metered, metered);
        Assert.InRange(metered, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(125));
    }

    [Fact]
    public async Task Foreign_id_is_claimed_once_and_survives_its_silo()
    {
        var grains = Cluster.Service<IGrainFactory>(0);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => grains.GetGrain<IClientIdGrain>("dialect/one").ClaimAsync($"s{i}")));
        var winner = Assert.Single(claims.Distinct());
        await Cluster.KillAsync(1);
        Assert.Equal(winner, await grains.GetGrain<IClientIdGrain>("dialect/one").FindAsync());
        await grains.GetGrain<IClientIdGrain>("dialect/one").ReleaseAsync(winner);
        Assert.Equal("next", await grains.GetGrain<IClientIdGrain>("dialect/one").ClaimAsync("next"));
    }

    /// <summary>Where sessions are kept, when that is the provider's too.</summary>
    private protected virtual ISessionStore? Sessions => null;

    /// <summary>Starts the provider's server.</summary>
    private protected abstract Task<ClusterOptions> OpenAsync();

    /// <summary>Ends it.</summary>
    private protected abstract ValueTask CloseAsync();

    private protected WatchedStore Store(int silo) => _stores[silo];

    private protected async Task<(string Id, RecordingSink Sink)> TalkAsync()
    {
        var id = (await Cluster.Host(0).CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await Cluster.Host(0).Open(id).SubscribeAsync(sink, Token);
        await SendAsync(id, new TransportConnected("c" + id));
        return (id, sink);
    }

    private protected async Task SendAsync(string id, SessionCommand command)
    {
        var result = await Cluster.Host(0).Open(id).SendAsync(command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }
}
