using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

public sealed class SqliteSharedRecordsTests : SharedRecordsConformance, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SqliteDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    protected override async ValueTask<ISharedRecords> OpenAsync()
    {
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        _database = SqliteDatabase.Open(_folder.File("test.db"));
        return new SqliteSharedRecords(_database);
    }
}
