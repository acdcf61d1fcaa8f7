using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Grains.Tests.Providers;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>All silos stop, and new ones start over what is stored.</summary>
public sealed class RestartFailureTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private RedisServerProcess? _redis;
    private RealCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ISessionHost Host => _cluster!.Host(0);

    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Sessions_are_found_their_minutes_counted_and_those_that_nobody_comes_back_to_are_ended_by_their_reminders()
    {
        await StartAsync(new WatchedStore(_fixture.Store));
        var (id, sink) = await TalkAsync();
        await SendAsync(id, Perform.Ask("first?"));
        await sink.WaitAsync<TurnComplete>();
        var (lonely, _) = await TalkAsync();
        _fixture.Time.Advance(TimeSpan.FromSeconds(90));
        await SendAsync(id, new ReportPlayout(-1, 0, 0, false));
        await SendAsync(lonely, new ReportPlayout(-1, 0, 0, false));
        await _cluster!.StopAsync();
        Assert.Equal(TimeSpan.FromMinutes(3), await _fixture.Store.ReadMeterAsync("", "2026-03", Token));

        var store = new WatchedStore(_fixture.Store);
        var woken = store.WrittenAsync(r => r.Id == lonely);
        await StartAsync(store);
        var found = await Host.FindAsync(id, Token);
        Assert.Equal((SessionStatus.InProgress, TimeSpan.FromSeconds(90), "first?"), (found!.Status, found.Duration, found.History[0].Text));
        var again = new RecordingSink();
        await Host.Open(id).SubscribeAsync(again, Token);
        await SendAsync(id, new TransportConnected("again"));
        await SendAsync(id, Perform.Ask("second?"));
        await again.WaitAsync<SegmentBegan>(s => s.Text == "You said second?.");

        Assert.Equal(SessionStatus.InProgress, (await woken).Status);
        var ended = store.WrittenAsync(r => r.Id == lonely && r.Status == SessionStatus.Terminated);
        _fixture.Time.Advance(_fixture.Policy.GraceTime + TimeSpan.FromSeconds(1));
        Assert.Equal((TerminationReason.SessionLostAfterConnection, TimeSpan.FromSeconds(90)), ((await ended).Reason!.Value, (await ended).Metered));
        Assert.Equal(SessionStatus.InProgress, (await Host.FindAsync(id, Token))!.Status);
    }

    private async Task StartAsync(WatchedStore store) => _cluster = await RealCluster.StartAsync(
        new ClusterOptions
        {
            Provider = ClusterProvider.Redis,
            ConnectionString = (_redis ??= await RedisClusterTests.StartServerAsync()).ConnectionString,
        },
        _ => _fixture.Services() with { Store = store },
        LocalCluster.Times with { OrphanCheck = TimeSpan.FromSeconds(1) },
        SiloRoles.Edge,
        SiloRoles.Session | SiloRoles.Worker,
        SiloRoles.Session | SiloRoles.Worker);

    private async Task<(string Id, RecordingSink Sink)> TalkAsync()
    {
        var id = (await Host.CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await Host.Open(id).SubscribeAsync(sink, Token);
        await SendAsync(id, new TransportConnected("c" + id));
        return (id, sink);
    }

    private async Task SendAsync(string id, SessionCommand command)
    {
        var result = await Host.Open(id).SendAsync(command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }
}
