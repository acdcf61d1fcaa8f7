using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>
/// Sessions in PostgreSQL, shared by any number of servers. A write is one statement and so one transaction and one round trip: the row of
/// the session is written only over the version before it, and everything else of the write only if that row was.
/// </summary>
/// <remarks>
/// A month of a tenant is counted in sixteen rows, chosen by the session's id, so that many sessions of one tenant do not wait for each
/// other's commit.
/// </remarks>
public sealed class PostgresSessionStore(PostgresDatabase database) : ISessionStore
{
    private const string Columns =
        "id, version, spec, status, reason, created_at, connected_at, metered, turn, ended_at, client_sdp, server_sdp, requests_only";

    private const string Insert =
        """
        WITH w AS (
            INSERT INTO sessions (id, version, tenant, spec, status, reason, created_at, connected_at, ended_at, metered, turn, client_sdp, server_sdp, write_id, requests_only)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING RETURNING id)
        """;

    private const string Update =
        """
        WITH w AS (
            UPDATE sessions SET version = $2, tenant = $3, spec = $4, status = $5, reason = $6, created_at = $7, connected_at = $8, ended_at = $9,
                metered = $10, turn = $11, client_sdp = $12, server_sdp = $13, write_id = $14, requests_only = $15
            WHERE id = $1 AND version = $2 - 1 RETURNING id)
        """;

    private const string Details =
        """
        , c AS (DELETE FROM history USING w WHERE $16 AND session = w.id)
        , h AS (
            INSERT INTO history (session, turn, speaker, text, at, interrupted, asked)
            SELECT w.id, l.turn, l.speaker, l.text, l.at, l.interrupted, l.asked
            FROM w, unnest($17, $18, $19, $20, $21, $28) WITH ORDINALITY AS l (turn, speaker, text, at, interrupted, asked, n) ORDER BY l.n)
        , e AS (
            INSERT INTO events (id, session, event, detail, at)
            SELECT n.id, w.id, n.event, n.detail, n.at
            FROM w, unnest($22, $23, $24, $25) WITH ORDINALITY AS n (id, event, detail, at, n) ORDER BY n.n)
        , m AS (
            INSERT INTO meters (tenant, month, slot, time)
            SELECT $3, t.month, hashtext(w.id) & 15, sum(t.time)::bigint
            FROM w, unnest($26, $27) AS t (month, time) GROUP BY w.id, t.month ORDER BY t.month
            ON CONFLICT (tenant, month, slot) DO UPDATE SET time = meters.time + excluded.time)
        """;

    private const string Count = " SELECT count(*) FROM w";

    private const string Repeated = "SELECT EXISTS (SELECT FROM sessions WHERE id = $1 AND version = $2 AND write_id = $3)";

    public async ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        var r = write.Record;
        if (r.Version < 1 || !await database.RepeatableAsync((source, token) => TryWriteAsync(source, write, token), cancellationToken))
        {
            throw new StorageConflictException($"Session {r.Id} cannot be written as version {r.Version}: another writer was first.");
        }
    }

    public ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(string id, CancellationToken cancellationToken) =>
        database.RepeatableAsync((source, token) => ReadAsync(source, id, token), cancellationToken);

    public ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand($"SELECT {Columns} FROM sessions WHERE status <> 3");
            return await command.ListAsync(ReadRecord, token);
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListActiveAsync(string tenant, CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT id FROM sessions WHERE status <> 3 AND tenant = $1");
            command.Text(tenant);
            return await command.ListAsync(static r => r.Text(0), token);
        },
        cancellationToken);

    public ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT coalesce(sum(time), 0)::bigint FROM meters WHERE tenant = $1 AND month = $2");
            command.Text(tenant).Text(month);
            return new TimeSpan((long)(await command.ExecuteScalarAsync(token))!);
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT id, session, event, detail, at FROM events WHERE session = $1 ORDER BY seq");
            command.Text(id);
            return await command.ListAsync(r => new SessionEventRecord(r.Text(0), r.Text(1), r.Text(2), r.Text(3), r.Time(4)), token);
        },
        cancellationToken);

    public ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, int most, CancellationToken cancellationToken) => database.OnceAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand(
                """
                WITH old AS (
                    DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id)
                , h AS (DELETE FROM history USING old WHERE session = old.id)
                , e AS (DELETE FROM events USING old WHERE session = old.id)
                SELECT count(*) FROM old
                """);
            command.Bind(NpgsqlDbType.Bigint, endedBefore.UtcTicks).Bind(NpgsqlDbType.Integer, most);
            return (int)(long)(await command.ExecuteScalarAsync(token))!;
        },
        cancellationToken);

    /// <returns>False when another writer was first.</returns>
    private static async ValueTask<bool> TryWriteAsync(NpgsqlDataSource source, SessionWrite write, CancellationToken cancellationToken)
    {
        var r = write.Record;
        var details = write.ClearHistory || write.NewLines.Count > 0 || write.NewEvents is { Count: > 0 } || write.Meter is { Count: > 0 };
        await using var command = source.CreateCommand((r.Version == 1 ? Insert : Update) + (details ? Details : "") + Count);
        BindRecord(command, write);
        if (details)
        {
            BindDetails(command, write);
        }

        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! > 0)
        {
            return true;
        }

        await using var repeated = source.CreateCommand(Repeated);
        repeated.Text(r.Id).Bind(NpgsqlDbType.Bigint, r.Version).Bind(NpgsqlDbType.Uuid, write.Id);
        return (bool)(await repeated.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(
        NpgsqlDataSource source, string id, CancellationToken cancellationToken)
    {
        // Both reads see one moment, or a write between them would give a record without its lines.
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var find = new NpgsqlCommand($"SELECT {Columns} FROM sessions WHERE id = $1", connection);
        find.Text(id);
        var records = await find.ListAsync(ReadRecord, cancellationToken);
        if (records.Count == 0)
        {
            return null;
        }

        await using var lines = new NpgsqlCommand(
            "SELECT turn, speaker, text, at, interrupted, asked FROM history WHERE session = $1 ORDER BY id", connection);
        lines.Text(id);
        var history = await lines.ListAsync(
            r => new HistoryLine(r.GetInt32(0), (Speaker)r.GetInt16(1), r.Text(2), r.Time(3), r.GetBoolean(4), r.IsDBNull(5) ? null : r.Text(5)),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (records[0], history);
    }

    private static void BindRecord(NpgsqlCommand command, SessionWrite write)
    {
        var r = write.Record;
        command
            .Text(r.Id)
            .Bind(NpgsqlDbType.Bigint, r.Version)
            .Text(r.Spec.Tenant)
            .Text(SessionSpecJson.Write(r.Spec))
            .Bind(NpgsqlDbType.Smallint, (short)r.Status)
            .Bind(NpgsqlDbType.Smallint, (short?)r.Reason)
            .Bind(NpgsqlDbType.Bigint, r.CreatedAt.UtcTicks)
            .Bind(NpgsqlDbType.Bigint, r.ConnectedAt?.UtcTicks)
            .Bind(NpgsqlDbType.Bigint, r.EndedAt?.UtcTicks)
            .Bind(NpgsqlDbType.Bigint, r.Metered.Ticks)
            .Bind(NpgsqlDbType.Integer, r.Turn)
            .Text(r.ClientSdp)
            .Text(r.ServerSdp)
            .Bind(NpgsqlDbType.Uuid, write.Id)
            .Bind(NpgsqlDbType.Boolean, r.RequestsOnly);
    }

    private static void BindDetails(NpgsqlCommand command, SessionWrite write)
    {
        var lines = write.NewLines;
        var events = write.NewEvents ?? [];
        var meter = write.Meter ?? [];
        command
            .Bind(NpgsqlDbType.Boolean, write.ClearHistory)
            .Column(NpgsqlDbType.Integer, lines, l => l.Turn)
            .Column(NpgsqlDbType.Smallint, lines, l => (short)l.Speaker)
            .Column(NpgsqlDbType.Text, lines, l => PostgresText.Write(l.Text))
            .Column(NpgsqlDbType.Bigint, lines, l => l.At.UtcTicks)
            .Column(NpgsqlDbType.Boolean, lines, l => l.Interrupted)
            .Column(NpgsqlDbType.Text, events, e => PostgresText.Write(e.Id))
            .Column(NpgsqlDbType.Text, events, e => PostgresText.Write(e.Event))
            .Column(NpgsqlDbType.Text, events, e => PostgresText.Write(e.Detail))
            .Column(NpgsqlDbType.Bigint, events, e => e.At.UtcTicks)
            .Column(NpgsqlDbType.Text, meter, m => m.Month)
            .Column(NpgsqlDbType.Bigint, meter, m => m.Time.Ticks)
            .Column(NpgsqlDbType.Text, lines, l => l.Id is null ? null : PostgresText.Write(l.Id));
    }

    private static SessionRecord ReadRecord(NpgsqlDataReader r) => new(
        r.Text(0),
        r.GetInt64(1),
        SessionSpecJson.Read(r.Text(2)),
        (SessionStatus)r.GetInt16(3),
        r.IsDBNull(4) ? null : (TerminationReason)r.GetInt16(4),
        r.Time(5),
        r.IsDBNull(6) ? null : r.Time(6),
        new TimeSpan(r.GetInt64(7)),
        r.GetInt32(8),
        r.IsDBNull(9) ? null : r.Time(9),
        r.IsDBNull(10) ? null : r.Text(10),
        r.IsDBNull(11) ? null : r.Text(11)) { RequestsOnly = r.GetBoolean(12) };
}
