using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresLibraryStoreTests(PostgresFixture fixture) : LibraryStoreConformance, IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    protected override async ValueTask<ILibraryStore> OpenAsync() => new PostgresLibraryStore(await _stores.OpenAsync());
}
