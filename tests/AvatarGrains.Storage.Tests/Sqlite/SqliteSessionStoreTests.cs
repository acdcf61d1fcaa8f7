using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

public sealed class SqliteSessionStoreTests : SessionStoreConformance, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SqliteDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    protected override async ValueTask<ISessionStore> OpenAsync()
    {
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        _database = SqliteDatabase.Open(_folder.File("test.db"));
        return new SqliteSessionStore(_database);
    }
}
