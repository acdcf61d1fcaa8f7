using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Sessions in a SQLite file.</summary>
public sealed class SqliteSessionStore(SqliteDatabase database) : ISessionStore
{
    private const string Columns =
        "id, version, spec, status, reason, created_at, connected_at, metered, turn, ended_at, client_sdp, server_sdp, requests_only";

    public async ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken) =>
        await database.WriteAsync(commands => Write(commands, write), cancellationToken);

    public ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(commands => Read(commands, id), cancellationToken);

    public ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => SqliteRows.List(commands.Bind($"SELECT {Columns} FROM sessions WHERE status <> 3"), ReadRecord),
            cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListActiveAsync(string tenant, CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => SqliteRows.List(
                commands.Bind("SELECT id FROM sessions WHERE status <> 3 AND tenant = $0", tenant), static r => r.GetString(0)),
            cancellationToken);

    public ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => new TimeSpan(
                commands.Bind("SELECT time FROM meters WHERE tenant = $0 AND month = $1", tenant, month).ExecuteScalar() as long? ?? 0),
            cancellationToken);

    public ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => SqliteRows.List(
                commands.Bind("SELECT id, session, event, detail, at FROM events WHERE session = $0 ORDER BY seq", id),
                r => new SessionEventRecord(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), SqliteRows.Time(r.GetInt64(4)))),
            cancellationToken);

    public ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, int most, CancellationToken cancellationToken) =>
        database.WriteAsync(commands => Purge(commands, endedBefore.UtcTicks, most), cancellationToken);

    private static bool Write(SqliteCommands commands, SessionWrite write)
    {
        var r = write.Record;
        if (r.Version < 1 || WriteRecord(commands, r, write.Id) == 0)
        {
            if (commands.Bind("SELECT 1 FROM sessions WHERE id = $0 AND version = $1 AND write_id = $2", r.Id, r.Version, write.Id.ToByteArray())
                .ExecuteScalar() is not null)
            {
                return true;
            }

            throw new StorageConflictException($"Session {r.Id} cannot be written as version {r.Version}: another writer was first.");
        }

        if (write.ClearHistory)
        {
            commands.Run("DELETE FROM history WHERE session = $0", r.Id);
        }

        foreach (var line in write.NewLines)
        {
            commands.Run(
                "INSERT INTO history (session, turn, speaker, text, at, interrupted, asked) VALUES ($0, $1, $2, $3, $4, $5, $6)",
                r.Id, line.Turn, (int)line.Speaker, line.Text, line.At.UtcTicks, line.Interrupted ? 1 : 0, line.Id);
        }

        foreach (var e in write.NewEvents ?? [])
        {
            commands.Run(
                "INSERT INTO events (id, session, event, detail, at) VALUES ($0, $1, $2, $3, $4)", e.Id, r.Id, e.Event, e.Detail, e.At.UtcTicks);
        }

        foreach (var meter in write.Meter ?? [])
        {
            commands.Run(
                "INSERT INTO meters (tenant, month, time) VALUES ($0, $1, $2) ON CONFLICT (tenant, month) DO UPDATE SET time = time + excluded.time",
                r.Spec.Tenant, meter.Month, meter.Time.Ticks);
        }

        return true;
    }

    /// <returns>Rows written: 0 when the stored version does not precede this one.</returns>
    private static int WriteRecord(SqliteCommands commands, SessionRecord r, Guid write)
    {
        object?[] values =
        [
            r.Id, r.Version, r.Spec.Tenant, SessionSpecJson.Write(r.Spec), (int)r.Status, (int?)r.Reason, r.CreatedAt.UtcTicks,
            r.ConnectedAt?.UtcTicks, r.EndedAt?.UtcTicks, r.Metered.Ticks, r.Turn, r.ClientSdp, r.ServerSdp, write.ToByteArray(),
            r.RequestsOnly ? 1 : 0,
        ];
        return r.Version == 1
            ? commands.Run(
                "INSERT INTO sessions (id, version, tenant, spec, status, reason, created_at, connected_at, ended_at, metered, turn, "
                    + "client_sdp, server_sdp, write_id, requests_only) " +
                "VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
                values)
            : commands.Run(
                "UPDATE sessions SET version = $1, tenant = $2, spec = $3, status = $4, reason = $5, created_at = $6, connected_at = $7, "
                    + "ended_at = $8, " +
                "metered = $9, turn = $10, client_sdp = $11, server_sdp = $12, write_id = $13, requests_only = $14 WHERE id = $0 AND version = "
                    + "$1 - 1",
                values);
    }

    private static (SessionRecord Record, IReadOnlyList<HistoryLine> History)? Read(SqliteCommands commands, string id)
    {
        var records = SqliteRows.List(commands.Bind($"SELECT {Columns} FROM sessions WHERE id = $0", id), ReadRecord);
        if (records.Count == 0)
        {
            return null;
        }

        var history = SqliteRows.List(
            commands.Bind("SELECT turn, speaker, text, at, interrupted, asked FROM history WHERE session = $0 ORDER BY id", id),
            r => new HistoryLine(
                r.GetInt32(0), (Speaker)r.GetInt32(1), r.GetString(2), SqliteRows.Time(r.GetInt64(3)), r.GetInt32(4) != 0,
                r.IsDBNull(5) ? null : r.GetString(5)));
        return (records[0], history);
    }

    private static int Purge(SqliteCommands commands, long before, int most)
    {
        const string Old = "(SELECT id FROM sessions WHERE ended_at < $0 ORDER BY ended_at, id LIMIT $1)";
        commands.Run("DELETE FROM history WHERE session IN " + Old, before, most);
        commands.Run("DELETE FROM events WHERE session IN " + Old, before, most);
        return commands.Run("DELETE FROM sessions WHERE id IN " + Old, before, most);
    }

    private static SessionRecord ReadRecord(SqliteDataReader r) => new(
        r.GetString(0),
        r.GetInt64(1),
        SessionSpecJson.Read(r.GetString(2)),
        (SessionStatus)r.GetInt32(3),
        r.IsDBNull(4) ? null : (TerminationReason)r.GetInt32(4),
        SqliteRows.Time(r.GetInt64(5)),
        r.IsDBNull(6) ? null : SqliteRows.Time(r.GetInt64(6)),
        new TimeSpan(r.GetInt64(7)),
        r.GetInt32(8),
        r.IsDBNull(9) ? null : SqliteRows.Time(r.GetInt64(9)),
        r.IsDBNull(10) ? null : r.GetString(10),
        r.IsDBNull(11) ? null : r.GetString(11)) { RequestsOnly = r.GetInt32(12) != 0 };
}
