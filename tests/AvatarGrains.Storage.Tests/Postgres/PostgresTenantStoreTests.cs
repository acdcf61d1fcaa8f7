using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresTenantStoreTests(PostgresFixture fixture) : TenantStoreConformance, IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    protected override async ValueTask<ITenantStore> OpenAsync() => new PostgresTenantStore(await _stores.OpenAsync());
}
