using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresSessionStoreTests(PostgresFixture fixture) : SessionStoreConformance, IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Theory]
    [InlineData("a\0b\\c\\0\\")]
    [InlineData("\ud800 half")]
    public async Task Any_id_can_be_asked_for(string id)
    {
        var store = await OpenAsync();
        Assert.Null(await store.ReadAsync(id, TestContext.Current.CancellationToken));
    }

    protected override async ValueTask<ISessionStore> OpenAsync() => new PostgresSessionStore(await _stores.OpenAsync());
}
