using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

/// <summary>What stores do while a real server is away, and after it is back.</summary>
public sealed class ConnectionLossTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>, IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task Server_that_is_away_is_one_clear_error_and_is_used_again_when_it_is_back()
    {
        var database = await _stores.OpenAsync();
        var (sessions, library, tenants) =
            (new PostgresSessionStore(database), new PostgresLibraryStore(database), new PostgresTenantStore(database));
        await sessions.WriteAsync(Write(1), Token);
        await fixture.Server!.StopAsync();
        var lost = Write(2);
        foreach (var work in new Func<Task>[]
        {
            async () => await sessions.WriteAsync(lost, Token),
            async () => await sessions.ReadAsync("s", Token),
            async () => await library.ListAsync(LibraryKind.Document, "t", Token),
            async () => await library.RemoveAsync(LibraryKind.Document, "t", "x", Token),
            async () => await tenants.ReadVersionAsync(Token),
            async () => await tenants.SetLimitsAsync("t", TenantLimits.Local, Token),
        })
        {
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(work);
            Assert.Contains("PostgreSQL at ", error.Message, StringComparison.Ordinal);
        }

        await fixture.Server.ContinueAsync();
        await sessions.WriteAsync(lost, Token);
        Assert.Equal(2, (await sessions.ReadAsync("s", Token))!.Value.Record.Version);
        await tenants.SetLimitsAsync("t", TenantLimits.Local, Token);
    }

    [Fact]
    public async Task Restart_of_the_server_between_two_writes_is_not_noticed()
    {
        var sessions = new PostgresSessionStore(await _stores.OpenAsync());
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => sessions.WriteAsync(Write(1, $"s{i}"), Token).AsTask()));
        await fixture.Server!.StopAsync();
        await fixture.Server.ContinueAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => sessions.WriteAsync(Write(2, $"s{i}"), Token).AsTask()));
        Assert.Equal(TimeSpan.FromSeconds(20), await sessions.ReadMeterAsync("t", "2026-03", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Write_whose_answer_is_lost_after_the_commit_counts_once(int version)
    {
        await using var direct = new PostgresStores(fixture);
        _ = await direct.OpenAsync();
        await using var relay = new CuttingRelay(fixture.Server!.SocketPath);
        var sessions = new PostgresSessionStore(await _stores.OpenAsync(relay.ConnectionString));
        if (version > 1)
        {
            await sessions.WriteAsync(Write(1), Token);
        }

        // Prepared and pooled, so that what is cut is the answer of the write and nothing before it.
        await sessions.ReadMeterAsync("t", "2026-03", Token);
        relay.CutNextAnswer();
        await sessions.WriteAsync(Write(version), Token);
        Assert.Equal(1, relay.Cuts);
        Assert.Equal(version, (await sessions.ReadAsync("s", Token))!.Value.Record.Version);
        Assert.Equal(version, (await sessions.ReadAsync("s", Token))!.Value.History.Count);
        Assert.Equal(TimeSpan.FromSeconds(version), await sessions.ReadMeterAsync("t", "2026-03", Token));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody;Password=secret;Database=none")]
    [InlineData("Host=/nowhere;Username=nobody;Password=secret;Database=none")]
    public async Task Server_that_is_not_there_is_named_at_the_start_without_the_password(string connectionString)
    {
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(
            async () => await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = connectionString }, Token));
        Assert.Contains(connectionString.Split(';')[0]["Host=".Length..], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_is_not_there_is_named_at_the_start()
    {
        Assert.SkipUnless(fixture.Server is not null, PostgresServer.Absent ?? "");
        var options = new PostgresOptions
        {
            ConnectionString = fixture.Server.ConnectionString.Replace("Database=postgres", "Database=nowhere", StringComparison.Ordinal),
        };
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await PostgresDatabase.OpenAsync(options, Token));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    private static SessionWrite Write(long version, string id = "s") => new(
        new SessionRecord(
            id, version, HostFixture.Spec() with { Tenant = "t" }, SessionStatus.InProgress, null, default, null, TimeSpan.Zero, 0, null, null, null),
        [new HistoryLine(1, Speaker.User, "line", default)],
        Meter: [new MeterEntry("2026-03", TimeSpan.FromSeconds(1))]);
}
