using AvatarGrains.Core.Hosting;
using AvatarGrains.Server.Configuration;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Server.Composition;

/// <summary>Everything a server keeps, in one SQLite file of the data folder.</summary>
internal sealed class StorageComposition : IAsyncDisposable
{
    private readonly SqliteDatabase _database;

    /// <exception cref="StartupException">The folder or the file cannot be used.</exception>
    public StorageComposition(ServerOptions options, TimeProvider time)
    {
        DataFolder.Prepare(options.Data);
        _database = OpenDatabase(Path.Combine(options.Data, "avatargrains.db"));
        Sessions = new SqliteSessionStore(_database);
        Library = new SqliteLibraryStore(_database);
        TenantStore = new SqliteTenantStore(_database);
        var settings = new TenantSettings { Local = options.Tenants.Local.ToLimits(), Keyed = options.Tenants.Keyed.ToLimits(), Keys = options.Perso.Keys };
        Tenants = new TenantDirectory(TenantStore, settings, time);
    }

    public SqliteSessionStore Sessions { get; }

    public SqliteLibraryStore Library { get; }

    public SqliteTenantStore TenantStore { get; }

    public TenantDirectory Tenants { get; }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static SqliteDatabase OpenDatabase(string file)
    {
        try
        {
            return SqliteDatabase.Open(file);
        }
        catch (IOException broken)
        {
            throw new StartupException(broken.Message, broken);
        }
    }
}
