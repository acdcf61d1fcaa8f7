using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;
using Npgsql;
using Orleans.Storage;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>Membership, reminders, foreign ids and sessions in a real PostgreSQL.</summary>
public sealed class PostgresClusterTests : ProviderClusterTests
{
    private PostgresServer? _server;
    private PostgresDatabase? _database;

    private protected override ISessionStore Sessions => new PostgresSessionStore(_database!);

    [Fact]
    public async Task State_that_somebody_else_has_written_is_a_conflict_and_then_read_anew()
    {
        var grain = Cluster.Service<IGrainFactory>(0).GetGrain<IClientIdGrain>("dialect/two");
        Assert.Null(await grain.FindAsync());
        var other = Cluster.Service<IGrainFactory>(0).GetGrain<IClientIdGrain>("dialect/three");
        await other.ClaimAsync("elsewhere");
        await using var source = NpgsqlDataSource.Create(_server!.ConnectionString);
        await using var copy = source.CreateCommand(
            """
            INSERT INTO avatargrains.cluster_states (service, type, high, low, key, version, content)
            SELECT service, type, high, low, 'dialect/two', version, content FROM avatargrains.cluster_states WHERE key = 'dialect/three'
            """);
        Assert.Equal(1, await copy.ExecuteNonQueryAsync(Token));
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.ClaimAsync("mine"));
        Assert.Equal("elsewhere", await grain.ClaimAsync("mine"));
    }

    [Fact]
    public async Task Database_that_goes_away_for_a_while_does_not_cost_the_cluster_a_session()
    {
        var (id, sink) = await TalkAsync();
        await _server!.StopAsync();
        Assert.False((await Cluster.Host(0).Open(id).SendAsync(Perform.Ask("while it is away"), Token)).Accepted);
        await _server.ContinueAsync();
        await SendAsync(id, Perform.Ask("after"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said after.");
        Assert.Equal(SessionStatus.InProgress, (await Store(1).ReadAsync(id, Token))!.Value.Record.Status);
    }

    private protected override async Task<ClusterOptions> OpenAsync()
    {
        Assert.SkipUnless(PostgresServer.Absent is null, PostgresServer.Absent ?? "");
        _server = await PostgresServer.StartAsync();
        _database = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = _server.ConnectionString }, Token);
        return new ClusterOptions { Provider = ClusterProvider.Postgres, ConnectionString = _server.ConnectionString };
    }

    private protected override async ValueTask CloseAsync()
    {
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
