using AvatarGrains.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_that_is_not_there_is_one_clear_error()
    {
        var error = Assert.Throws<IOException>(() => SqliteDatabase.Open(_folder.File("nowhere/test.db")));
        Assert.Contains("nowhere/test.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_no_database_is_one_clear_error()
    {
        await File.WriteAllTextAsync(_folder.File("test.db"), new string('x', 5000), TestContext.Current.CancellationToken);
        Assert.Throws<IOException>(() => SqliteDatabase.Open(_folder.File("test.db")));
    }

    [Fact]
    public async Task Database_of_a_newer_version_is_left_alone()
    {
        await SqliteDatabase.Open(_folder.File("test.db")).DisposeAsync();
        await using (var raw = new SqliteConnection($"Data Source={_folder.File("test.db")};Pooling=False"))
        {
            raw.Open();
            SqliteDatabase.Execute(raw, "PRAGMA user_version = 999");
        }

        var error = Assert.Throws<IOException>(() => SqliteDatabase.Open(_folder.File("test.db")));
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acknowledged_writes_are_on_disk_with_write_ahead_log_and_full_sync()
    {
        await using var database = SqliteDatabase.Open(_folder.File("test.db"));
        foreach (var (pragma, value) in new[] { ("journal_mode", "wal"), ("synchronous", "2") })
        {
            Assert.Equal(
                value, await database.WriteAsync(c => c.Bind($"PRAGMA {pragma}").ExecuteScalar()!.ToString(), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Write_that_throws_undoes_only_itself()
    {
        await using var database = SqliteDatabase.Open(_folder.File("test.db"));
        var token = TestContext.Current.CancellationToken;
        var good = database.WriteAsync(c => c.Run("INSERT INTO meters VALUES ('a', 'm', 1)"), token).AsTask();
        var bad = database.WriteAsync<int>(
            c =>
            {
                c.Run("INSERT INTO meters VALUES ('b', 'm', 1)");
                throw new InvalidOperationException("no");
            },
            token).AsTask();
        await good;
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(1L, await database.ReadAsync(c => c.Bind("SELECT count(*) FROM meters").ExecuteScalar(), token));
    }
}
