using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Server.Configuration;

/// <summary>Where sessions, libraries and keys are kept.</summary>
public sealed record StorageSettings
{
    /// <summary>
    /// <c>Sqlite</c>, a file in the data folder, or <c>Postgres</c>; null for SQLite, or, in a cluster whose provider is PostgreSQL, for that. One
    /// setting for everything that is kept.
    /// </summary>
    public string? Provider { get; init; }

    /// <summary>Npgsql connection string; null for the cluster's. Never logged.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Schema of the tables in PostgreSQL.</summary>
    public string Schema { get; init; } = "avatargrains";

    /// <summary>Most connections of this process to PostgreSQL.</summary>
    public int MaxConnections { get; init; } = 20;

    /// <summary>How long conversations are kept after their end; 0 for ever. Minutes that were counted are kept in any case.</summary>
    public TimeSpan KeepEnded { get; init; } = TimeSpan.FromDays(90);

    /// <summary>PostgreSQL as it is to be used, or null for SQLite.</summary>
    internal PostgresOptions? Postgres(ClusterSettings cluster)
    {
        var inCluster = cluster.Provider == "Postgres";
        return Provider == "Postgres" || (Provider is null && inCluster)
            ? new PostgresOptions
            {
                ConnectionString = ConnectionString ?? (inCluster ? cluster.ConnectionString : null) ?? "",
                Schema = Schema,
                MaxConnections = MaxConnections,
            }
            : null;
    }

    internal IEnumerable<string> Problems(ClusterSettings cluster)
    {
        if (Provider is not (null or "Sqlite" or "Postgres"))
        {
            yield return $"storage.provider is '{Provider}'; it must be Sqlite or Postgres.";
        }

        if (KeepEnded < TimeSpan.Zero)
        {
            yield return $"storage.keepEnded is {KeepEnded}; it must be 0, which is for ever, or a time such as 90.00:00:00.";
        }

        var postgres = Postgres(cluster);
        if (postgres is null && cluster.NeedsSharedStorage)
        {
            yield return $"storage.provider must be Postgres in a cluster on {cluster.Provider}: its silos share their conversations there.";
        }

        if (postgres is null && ConnectionString is not null)
        {
            yield return "storage.connectionString is set, but storage.provider is not Postgres.";
        }

        foreach (var problem in postgres?.Problems() ?? [])
        {
            yield return $"storage.{char.ToLowerInvariant(problem[0])}{problem[1..]}.";
        }
    }
}
