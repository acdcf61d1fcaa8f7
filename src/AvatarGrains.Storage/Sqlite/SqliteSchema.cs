using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Brings a database's tables up to date. A migration that was released never changes; a new one is added at the end.</summary>
internal static class SqliteSchema
{
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY, version INTEGER NOT NULL, tenant TEXT NOT NULL, spec TEXT NOT NULL, status INTEGER NOT NULL, reason INTEGER,
            created_at INTEGER NOT NULL, connected_at INTEGER, ended_at INTEGER, metered INTEGER NOT NULL, turn INTEGER NOT NULL,
            client_sdp TEXT, server_sdp TEXT) WITHOUT ROWID;
        CREATE INDEX sessions_active ON sessions (id) WHERE status <> 3;
        CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE history (
            id INTEGER PRIMARY KEY, session TEXT NOT NULL, turn INTEGER NOT NULL, speaker INTEGER NOT NULL, text TEXT NOT NULL,
            at INTEGER NOT NULL, interrupted INTEGER NOT NULL);
        CREATE INDEX history_session ON history (session, id);
        CREATE TABLE events (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL, session TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX events_session ON events (session, seq);
        CREATE TABLE meters (tenant TEXT NOT NULL, month TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (tenant, month)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE library (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, tenant TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL,
            created_at INTEGER NOT NULL, bytes INTEGER NOT NULL, content BLOB NOT NULL);
        CREATE INDEX library_tenant ON library (tenant, kind, seq, bytes);
        CREATE TABLE tenants (
            name TEXT PRIMARY KEY, max_sessions INTEGER, per_session INTEGER, per_month INTEGER, requests INTEGER) WITHOUT ROWID;
        CREATE TABLE keys (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, hash BLOB NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER);
        CREATE TABLE tenant_version (version INTEGER NOT NULL);
        INSERT INTO tenant_version VALUES (0);
        """,
        "ALTER TABLE sessions ADD COLUMN write_id BLOB;",
        """
        CREATE TABLE shared_records (
            space TEXT NOT NULL, key TEXT NOT NULL, mark INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID;
        """,
        "ALTER TABLE history ADD COLUMN asked TEXT;",
        """
        CREATE TABLE queue_items (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, at INTEGER NOT NULL, content BLOB NOT NULL);
        CREATE INDEX queue_items_queue ON queue_items (queue, id);
        """,
        "ALTER TABLE sessions ADD COLUMN requests_only INTEGER NOT NULL DEFAULT 0;",

        // A cluster's own records are where its provider keeps them.
        "DROP TABLE shared_records; DROP TABLE queue_items;",
    ];

    public static void Migrate(SqliteConnection connection)
    {
        SqliteDatabase.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            var version = Version(connection);
            if (version > Migrations.Length)
            {
                throw new IOException(
                    $"The database {connection.DataSource} was made by a newer version (schema {version}, this one knows {Migrations.Length}).");
            }

            for (; version < Migrations.Length; version++)
            {
                SqliteDatabase.Execute(connection, Migrations[version]);
                SqliteDatabase.Execute(connection, $"PRAGMA user_version = {version + 1}");
            }

            SqliteDatabase.Execute(connection, "COMMIT");
        }
        catch
        {
            SqliteDatabase.Execute(connection, "ROLLBACK");
            throw;
        }
    }

    private static int Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
