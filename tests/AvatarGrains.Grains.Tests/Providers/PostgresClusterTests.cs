using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;
using Orleans.Storage;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>Membership, reminders, foreign ids and sessions in a real PostgreSQL.</summary>
public class PostgresClusterTests : ProviderClusterTests
{
    private PostgresServer? _server;
    private PostgresDatabase? _database;
    private PostgresSharedQueues? _queues;

    private protected WatchedRecords Records { get; private set; } = null!;

    private protected virtual FeedTransport Streams => FeedTransport.Direct;

    private protected override ISessionStore Sessions => new PostgresSessionStore(_database!);

    [Fact]
    public async Task State_that_somebody_else_has_written_is_a_conflict_and_then_read_anew()
    {
        var grain = Cluster.Service<IGrainFactory>(0).GetGrain<IForeignIdGrain>("dialect/two");
        Assert.Null(await grain.FindAsync());
        var records = new PostgresSharedRecords(_database!);
        var other = Cluster.Service<IGrainFactory>(0).GetGrain<IForeignIdGrain>("dialect/three");
        await other.ClaimAsync("elsewhere");
        var space = $"grains/{Cluster.Service<Microsoft.Extensions.Options.IOptions<Orleans.Configuration.ClusterOptions>>(1).Value.ServiceId}/foreign-id";
        var written = (await records.FindAsync(space, Uri.EscapeDataString(other.GetGrainId().ToString()), Token))!;
        await records.ApplyAsync(
            space, [SharedChange.Write(Uri.EscapeDataString(grain.GetGrainId().ToString()), SharedChange.Absent, written.Content)], Token);
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.ClaimAsync("mine"));
        Assert.Equal("elsewhere", await grain.ClaimAsync("mine"));
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
        Assert.Equal(SessionStatus.InProgress, (await Store(1).ReadAsync(id, Token))!.Value.Record.Status);
    }

    private protected override async Task<Shared> OpenAsync()
    {
        Assert.SkipUnless(PostgresServer.Absent is null, PostgresServer.Absent ?? "");
        _server = await PostgresServer.StartAsync();
        _database = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = _server.ConnectionString }, Token);
        _queues = new PostgresSharedQueues(_database, TimeSpan.FromSeconds(5));
        Records = new WatchedRecords(new PostgresSharedRecords(_database));
        return new Shared(new ClusterOptions { Clustering = "postgres", Streams = Streams }, Records, _queues);
    }

    private protected override async ValueTask CloseAsync()
    {
        await (_queues?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>With sessions' outputs through its queues.</summary>
public sealed class PostgresQueueClusterTests : PostgresClusterTests
{
    private protected override FeedTransport Streams => FeedTransport.Queue;

    [Fact]
    public async Task Feed_that_nobody_subscribes_to_any_more_leaves_no_record()
    {
        var subscribed = Records.ChangedAsync(c => IsSubscriptions(c) && c.Content is not null);
        var (id, sink) = await TalkAsync();
        await SendAsync(id, new Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        await subscribed;
        var removed = Records.ChangedAsync(c => IsSubscriptions(c) && c.Content is null);
        await SendAsync(id, new EndSession(TerminationReason.GracefulTermination));
        await sink.WaitAsync<SessionEnded>();
        await removed;
    }

    private static bool IsSubscriptions(SharedChange change) => change.Key.StartsWith("pubsubrendezvous", StringComparison.Ordinal);
}
