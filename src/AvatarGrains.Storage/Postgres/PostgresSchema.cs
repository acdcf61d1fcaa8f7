using Npgsql;

namespace AvatarGrains.Storage.Postgres;

/// <summary>Brings a database's tables up to date. A migration that was released never changes; a new one is added at the end.</summary>
internal static class PostgresSchema
{
    /// <summary>Names the advisory lock under which one of several starting servers migrates while the others wait.</summary>
    private const long Lock = 0x4176_6174_6172_4772;

    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE sessions (
            id text PRIMARY KEY, version bigint NOT NULL, tenant text NOT NULL, spec text NOT NULL, status smallint NOT NULL, reason smallint,
            created_at bigint NOT NULL, connected_at bigint, ended_at bigint, metered bigint NOT NULL, turn integer NOT NULL,
            client_sdp text, server_sdp text);
        CREATE INDEX sessions_active ON sessions (tenant) WHERE status <> 3;
        CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE history (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, session text NOT NULL, turn integer NOT NULL, speaker smallint NOT NULL, text text NOT NULL,
            at bigint NOT NULL, interrupted boolean NOT NULL);
        CREATE INDEX history_session ON history (session, id);
        CREATE TABLE events (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL, session text NOT NULL, event text NOT NULL, detail text NOT NULL,
            at bigint NOT NULL);
        CREATE INDEX events_session ON events (session, seq);
        CREATE TABLE meters (
            tenant text NOT NULL, month text NOT NULL, slot smallint NOT NULL, time bigint NOT NULL, PRIMARY KEY (tenant, month, slot));
        """,
        """
        ALTER TABLE sessions ADD COLUMN write_id uuid;
        CREATE TABLE library (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, kind smallint NOT NULL, tenant text NOT NULL, name text NOT NULL,
            detail text NOT NULL, created_at bigint NOT NULL, bytes integer NOT NULL, content bytea NOT NULL);
        CREATE INDEX library_tenant ON library (tenant, kind, seq);
        CREATE TABLE tenants (name text PRIMARY KEY, max_sessions integer, per_session bigint, per_month bigint, requests integer);
        CREATE TABLE keys (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, tenant text NOT NULL, hash bytea NOT NULL, created_at bigint NOT NULL,
            revoked_at bigint);
        CREATE TABLE tenant_version (version bigint NOT NULL);
        INSERT INTO tenant_version VALUES (0);
        """,
        """
        CREATE TABLE shared_records (
            space text NOT NULL, key text COLLATE "C" NOT NULL, mark bigint NOT NULL, content bytea NOT NULL, PRIMARY KEY (space, key));
        """,
        "ALTER TABLE history ADD COLUMN asked text;",
        """
        CREATE UNLOGGED TABLE queue_items (
            queue text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT clock_timestamp(), content bytea NOT NULL, PRIMARY KEY (queue, id))
            WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
        """,
        "ALTER TABLE sessions ADD COLUMN requests_only boolean NOT NULL DEFAULT false;",

        // A cluster's own records are where its provider keeps them.
        "DROP TABLE shared_records; DROP TABLE queue_items;",
    ];

    /// <param name="source">The database.</param>
    /// <param name="schema">Where the tables are; made when it is not there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The tables were made by a newer version.</exception>
    public static Task MigrateAsync(NpgsqlDataSource source, string schema, CancellationToken cancellationToken) =>
        MigrateAsync(source, schema, Migrations.Length, cancellationToken);

    /// <summary>Brings the tables to a version, at most the newest.</summary>
    internal static async Task MigrateAsync(NpgsqlDataSource source, string schema, int to, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        if (!await HasSchemaAsync(connection, schema, cancellationToken))
        {
            // Asked for only when it is not there: even IF NOT EXISTS needs the right to make schemas, which a server's own user may lack.
            await RunAsync(connection, $"CREATE SCHEMA \"{schema}\"", cancellationToken);
        }

        await RunAsync(connection, "CREATE TABLE IF NOT EXISTS avatargrains_schema (version integer NOT NULL)", cancellationToken);
        var version = await VersionAsync(connection, schema, cancellationToken);
        for (; version < to; version++)
        {
            await RunAsync(connection, Migrations[version], cancellationToken);
            await RunAsync(connection, $"INSERT INTO avatargrains_schema (version) VALUES ({version + 1})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Which tables are there, in words; makes none.</summary>
    /// <exception cref="IOException">The tables were made by a newer version.</exception>
    public static async Task<string> DescribeAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand("SELECT to_regclass('avatargrains_schema') IS NOT NULL", connection);
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!
            ? $"tables of version {await VersionAsync(connection, schema, cancellationToken)} of {Migrations.Length} in schema {schema}"
            : $"no tables yet in schema {schema}; the server makes them at its start";
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM avatargrains_schema", connection);
        var version = (int)(await read.ExecuteScalarAsync(cancellationToken))!;
        return version <= Migrations.Length
            ? version
            : throw new IOException(
                $"The tables in schema {schema} were made by a newer version (schema {version}, this one knows {Migrations.Length}).");
    }

    private static async Task<bool> HasSchemaAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
