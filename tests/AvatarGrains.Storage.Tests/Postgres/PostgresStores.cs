using AvatarGrains.Conformance.Servers;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

/// <summary>Databases of one test, in a schema of its own.</summary>
internal sealed class PostgresStores(PostgresFixture fixture) : IAsyncDisposable
{
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");
    private readonly List<PostgresDatabase> _databases = [];

    public async ValueTask<PostgresDatabase> OpenAsync(string? connectionString = null)
    {
        Assert.SkipUnless(fixture.Server is not null, PostgresServer.Absent ?? "");
        var options = new PostgresOptions { ConnectionString = connectionString ?? fixture.Server.ConnectionString, Schema = _schema };
        var database = await PostgresDatabase.OpenAsync(options, TestContext.Current.CancellationToken);
        lock (_databases)
        {
            _databases.Add(database);
        }

        return database;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }
    }
}
