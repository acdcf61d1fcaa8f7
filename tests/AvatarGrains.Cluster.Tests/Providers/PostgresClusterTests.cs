using AvatarGrains.Cluster.Contracts;
using AvatarGrains.Cluster.Placement;
using AvatarGrains.Cluster.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;
using Orleans.Storage;

namespace AvatarGrains.Cluster.Tests.Providers;

/// <summary>Three silos over TCP whose membership, reminders, foreign ids and sessions are in a real PostgreSQL.</summary>
public sealed class PostgresClusterTests : IAsyncLifetime
{
    private readonly HostFixture _fixture = new();
    private readonly Dictionary<int, WatchedStore> _stores = [];
    private PostgresServer? _server;
    private PostgresDatabase? _database;
    private RealCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RealCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PostgresServer.Absent is null, PostgresServer.Absent ?? "");
        _server = await PostgresServer.StartAsync();
        _database = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = _server.ConnectionString }, Token);
        var sessions = new PostgresSessionStore(_database);
        var times = LocalCluster.Times with { OrphanCheck = TimeSpan.FromSeconds(1) };
        _cluster = await RealCluster.StartAsync(
            new PostgresSharedRecords(_database),
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
            await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        finally
        {
            await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Fact]
    public async Task Session_of_a_silo_that_dies_without_a_word_goes_on_from_the_database()
    {
        var (id, sink) = await TalkAsync();
        await SendAsync(id, new Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        var silo = Cluster.SiloOf(id);
        var seen = sink.Outputs.Max(o => o.Turn);
        _stores[silo].Dead = true;
        await Cluster.KillAsync(silo);
        await sink.WaitAsync<TurnBegan>(t => t.Turn > seen);
        await SendAsync(id, new Ask("second"));
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
        var sessions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CreateAsync()));
        var claims = await Task.WhenAll(sessions.Select((id, i) => Cluster.Service<IGrainFactory>(i % 3).GetGrain<IForeignIdGrain>("dialect//one").ClaimAsync(id)));
        var winner = Assert.Single(claims.Distinct());
        await Cluster.KillAsync(1);
        Assert.Equal(winner, await grains.GetGrain<IForeignIdGrain>("dialect//one").FindAsync());
        await grains.GetGrain<IForeignIdGrain>("dialect//one").ReleaseAsync(winner);
        var next = sessions.First(id => id != winner);
        Assert.Equal(next, await grains.GetGrain<IForeignIdGrain>("dialect//one").ClaimAsync(next));
    }

    [Fact]
    public async Task Foreign_id_means_its_session_until_that_ends_and_is_then_forgotten()
    {
        var grain = Cluster.Service<IGrainFactory>(0).GetGrain<IForeignIdGrain>("dialect//one");
        Assert.Null(await grain.FindAsync());
        var (first, second) = (await CreateAsync(), await CreateAsync());
        Assert.Equal(first, await grain.ClaimAsync(first));
        Assert.Equal(first, await grain.ClaimAsync(second));
        await SendAsync(first, new EndSession(TerminationReason.GracefulTermination));
        Assert.Null(await grain.FindAsync());
        Assert.Equal(second, await grain.ClaimAsync(second));
        await SendAsync(second, new EndSession(TerminationReason.GracefulTermination));
        var records = new PostgresSharedRecords(_database!);
        Assert.NotNull(await records.FindAsync(ForeignIds, KeyOf(grain), Token));
        var reminders = Cluster.Service<IGrainFactory>(0).GetGrain<IForeignIdGrain>("dialect//one").AsReference<IRemindable>();
        await reminders.ReceiveReminder("expiry", default);
        Assert.Null(await records.FindAsync(ForeignIds, KeyOf(grain), Token));
    }

    [Fact]
    public async Task State_that_somebody_else_has_written_is_a_conflict_and_then_read_anew()
    {
        var grain = Cluster.Service<IGrainFactory>(0).GetGrain<IForeignIdGrain>("dialect//two");
        Assert.Null(await grain.FindAsync());
        var records = new PostgresSharedRecords(_database!);
        var other = Cluster.Service<IGrainFactory>(0).GetGrain<IForeignIdGrain>("dialect//three");
        var (elsewhere, mine) = (await CreateAsync(), await CreateAsync());
        await other.ClaimAsync(elsewhere);
        var written = (await records.FindAsync(ForeignIds, KeyOf(other), Token))!;
        await records.ApplyAsync(ForeignIds, [SharedChange.Write(KeyOf(grain), SharedChange.Absent, written.Content)], Token);
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.ClaimAsync(mine));
        Assert.Equal(elsewhere, await grain.ClaimAsync(mine));
    }

    [Fact]
    public async Task Database_that_goes_away_for_a_while_does_not_cost_the_cluster_a_session()
    {
        var (id, sink) = await TalkAsync();
        await _server!.StopAsync();
        Assert.False((await Cluster.Host(0).SendAsync(id, new Ask("while it is away"), Token)).Accepted);
        await _server.ContinueAsync();
        await SendAsync(id, new Ask("after"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said after.");
        Assert.Equal(SessionStatus.InProgress, (await _stores[1].ReadAsync(id, Token))!.Value.Record.Status);
    }

    private string ForeignIds =>
        $"grains/{Cluster.Service<Microsoft.Extensions.Options.IOptions<Orleans.Configuration.ClusterOptions>>(1).Value.ServiceId}/foreign-id";

    private static string KeyOf(IForeignIdGrain grain) => Uri.EscapeDataString(grain.GetGrainId().ToString());

    private async Task<string> CreateAsync() => (await Cluster.Host(0).CreateAsync(HostFixture.Spec(), Token)).Id;

    private async Task<(string Id, RecordingSink Sink)> TalkAsync()
    {
        var id = await CreateAsync();
        var sink = new RecordingSink();
        await Cluster.Host(0).SubscribeAsync(id, sink, Token);
        await SendAsync(id, new TransportConnected("c" + id));
        return (id, sink);
    }

    private async Task SendAsync(string id, SessionCommand command)
    {
        var result = await Cluster.Host(0).SendAsync(id, command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }
}
