using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

public sealed class SqliteSharedQueuesTests : SharedQueuesConformance, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<SqliteDatabase> _databases = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _folder.Dispose();
    }

    protected override ValueTask<ISharedQueues> OpenAsync(TimeSpan life)
    {
        var database = SqliteDatabase.Open(_folder.File("test.db"));
        _databases.Add(database);
        return new(new SqliteSharedQueues(database, life, TimeProvider.System));
    }
}
