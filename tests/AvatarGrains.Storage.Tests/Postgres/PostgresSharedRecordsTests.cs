using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresSharedRecordsTests(PostgresFixture fixture) : SharedRecordsConformance, IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    protected override async ValueTask<ISharedRecords> OpenAsync() => new PostgresSharedRecords(await _stores.OpenAsync());
}
