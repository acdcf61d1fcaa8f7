using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Server.Configuration;
using AvatarGrains.Storage.Postgres;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Server.Composition;

/// <summary>Everything a server keeps: in one SQLite file of the data folder, or in one PostgreSQL.</summary>
internal sealed class StorageComposition : IAsyncDisposable
{
    /// <summary>The SQLite file in the data folder.</summary>
    public const string File = "avatargrains.db";

    private readonly IAsyncDisposable _database;

    private StorageComposition(
        IAsyncDisposable database, ISessionStore sessions, ILibraryStore library, ITenantStore tenants, TenantDirectory directory)
    {
        _database = database;
        Sessions = sessions;
        Library = library;
        TenantStore = tenants;
        Tenants = directory;
    }

    public ISessionStore Sessions { get; }

    public ILibraryStore Library { get; }

    public ITenantStore TenantStore { get; }

    public TenantDirectory Tenants { get; }

    /// <summary>Opens what the settings name and brings its tables up to date.</summary>
    /// <exception cref="StartupException">The folder, the file or the database cannot be used.</exception>
    public static async Task<StorageComposition> OpenAsync(ServerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        DataFolder.Prepare(options.Data);
        try
        {
            if (options.Storage.Postgres(options.Cluster) is { } postgres)
            {
                var server = await PostgresDatabase.OpenAsync(postgres, cancellationToken);
                var keys = new PostgresTenantStore(server);
                return new(server, new PostgresSessionStore(server), new PostgresLibraryStore(server), keys, Directory(keys, options, time));
            }

            var file = SqliteDatabase.Open(Path.Combine(options.Data, File));
            var tenants = new SqliteTenantStore(file);
            return new(file, new SqliteSessionStore(file), new SqliteLibraryStore(file), tenants, Directory(tenants, options, time));
        }
        catch (Exception broken) when (broken is IOException or StorageUnavailableException)
        {
            throw new StartupException(broken.Message, broken);
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static TenantDirectory Directory(ITenantStore store, ServerOptions options, TimeProvider time)
    {
        var settings = new TenantSettings
        {
            Local = options.Tenants.Local.ToLimits(),
            Keyed = options.Tenants.Keyed.ToLimits(),
            Keys = options.Perso.Keys,
        };
        return new TenantDirectory(store, settings, time);
    }
}
