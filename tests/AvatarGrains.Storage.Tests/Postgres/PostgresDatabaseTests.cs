using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;
using Npgsql;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresDatabaseTests(PostgresFixture fixture) : IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task Servers_that_start_together_make_the_tables_once()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _stores.OpenAsync().AsTask()));
        foreach (var database in databases)
        {
            Assert.Empty(await new PostgresSessionStore(database).ListActiveAsync(Token));
            Assert.Equal(0, await new PostgresTenantStore(database).ReadVersionAsync(Token));
        }
    }

    [Fact]
    public async Task Tables_of_the_first_version_are_brought_up_to_date_with_what_is_in_them()
    {
        Assert.SkipUnless(fixture.Server is not null, PostgresServer.Absent ?? "");
        var options = new PostgresOptions { ConnectionString = fixture.Server.ConnectionString, Schema = "old_one" };
        await using var source = NpgsqlDataSource.Create(options.Connection());
        await PostgresSchema.MigrateAsync(source, options.Schema, 1, Token);
        await using (var insert = source.CreateCommand(
            "INSERT INTO sessions (id, version, tenant, spec, status, created_at, metered, turn) VALUES ('s', 3, 't', $1, 1, 0, 0, 0)"))
        {
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SessionSpecJson.Write(Conformance.HostFixture.Spec()) });
            await insert.ExecuteNonQueryAsync(Token);
        }

        await using var database = await PostgresDatabase.OpenAsync(options, Token);
        var store = new PostgresSessionStore(database);
        var stored = (await store.ReadAsync("s", Token))!.Value.Record;
        Assert.Equal(3, stored.Version);
        await store.WriteAsync(new SessionWrite(stored with { Version = 4 }, []), Token);
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_left_alone()
    {
        Assert.SkipUnless(fixture.Server is not null, PostgresServer.Absent ?? "");
        var options = new PostgresOptions { ConnectionString = fixture.Server.ConnectionString, Schema = "newer" };
        await (await PostgresDatabase.OpenAsync(options, Token)).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(options.Connection());
        await using (var newer = source.CreateCommand("INSERT INTO avatargrains_schema (version) VALUES (999)"))
        {
            await newer.ExecuteNonQueryAsync(Token);
        }

        var error = await Assert.ThrowsAsync<IOException>(async () => await PostgresDatabase.OpenAsync(options, Token));
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_who_may_not_make_a_schema_uses_one_that_is_there_and_is_told_plainly_when_it_is_not()
    {
        Assert.SkipUnless(fixture.Server is not null, PostgresServer.Absent ?? "");
        await using var source = NpgsqlDataSource.Create(fixture.Server.ConnectionString);
        await using (var make = source.CreateCommand("CREATE ROLE plain LOGIN; CREATE SCHEMA given AUTHORIZATION plain"))
        {
            await make.ExecuteNonQueryAsync(Token);
        }

        var plain = fixture.Server.ConnectionString.Replace("Username=postgres", "Username=plain", StringComparison.Ordinal);
        await using var database = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = plain, Schema = "given" }, Token);
        var error = await Assert.ThrowsAsync<IOException>(
            async () => await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = plain, Schema = "not_given" }, Token));
        Assert.Contains("permission denied", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_options_are_all_named()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new PostgresOptions { ConnectionString = " ", Schema = "x\"; DROP", MaxConnections = 0 }.Validate());
        Assert.Contains("ConnectionString", error.Message, StringComparison.Ordinal);
        Assert.Contains("Schema", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxConnections", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hots=db;Password=secret")]
    [InlineData("Host=db;Port=secret")]
    [InlineData("Password=secret")]
    public void Connection_string_that_cannot_be_read_is_named_without_what_is_in_it(string connectionString)
    {
        var error = Assert.Throws<ArgumentException>(() => new PostgresOptions { ConnectionString = connectionString }.Validate());
        Assert.Contains("ConnectionString", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_connection_string_says_goes_before_what_it_does_not()
    {
        var said = new PostgresOptions { ConnectionString = "Host=db;Timeout=15;Command Timeout=7" }.Connection();
        Assert.Equal((15, 7, 30), (said.Timeout, said.CommandTimeout, said.KeepAlive));
        var unsaid = new PostgresOptions { ConnectionString = "Host=db" }.Connection();
        Assert.Equal((5, 15, 30), (unsaid.Timeout, unsaid.CommandTimeout, unsaid.KeepAlive));
    }
}
