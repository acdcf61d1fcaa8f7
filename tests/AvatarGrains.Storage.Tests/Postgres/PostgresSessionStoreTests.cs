using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresSessionStoreTests(PostgresFixture fixture) : SessionStoreConformance, IClassFixture<PostgresFixture>, IAsyncDisposable
{
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");
    private readonly List<PostgresSessionStore> _stores = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Servers_that_start_together_make_the_tables_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync().AsTask()));
        Assert.All(await Task.WhenAll(stores.Select(s => s.ListActiveAsync(TestContext.Current.CancellationToken).AsTask())), Assert.Empty);
    }

    [Theory]
    [InlineData("a\0b\\c\\0\\")]
    [InlineData("\ud800 half")]
    public async Task Any_id_can_be_asked_for(string id)
    {
        var store = await OpenAsync();
        Assert.Null(await store.ReadAsync(id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Bad_options_are_all_named()
    {
        var error = Assert.Throws<ArgumentException>(() => new PostgresOptions { ConnectionString = " ", Schema = "x\"; DROP", MaxConnections = 0 }.Validate());
        Assert.Contains("ConnectionString", error.Message, StringComparison.Ordinal);
        Assert.Contains("Schema", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxConnections", error.Message, StringComparison.Ordinal);
    }

    protected override async ValueTask<ISessionStore> OpenAsync()
    {
        Assert.SkipUnless(fixture.Server is not null, PostgresServer.Absent ?? "");
        var options = new PostgresOptions { ConnectionString = fixture.Server.ConnectionString, Schema = _schema };
        var store = await PostgresSessionStore.OpenAsync(options, TestContext.Current.CancellationToken);
        lock (_stores)
        {
            _stores.Add(store);
        }

        return store;
    }
}
