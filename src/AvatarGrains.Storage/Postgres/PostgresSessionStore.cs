using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>
/// Sessions in PostgreSQL, shared by any number of servers. A write is one statement and so one transaction and one round trip: the row of the session is written
/// only over the version before it, and everything else of the write only if that row was.
/// </summary>
/// <remarks>
/// A month of a tenant is counted in sixteen rows, chosen by the session's id, so that many sessions of one tenant do not wait for each other's commit.
/// </remarks>
public sealed class PostgresSessionStore : ISessionStore, IAsyncDisposable
{
    private const string Columns = "id, version, spec, status, reason, created_at, connected_at, metered, turn, ended_at, client_sdp, server_sdp";

    private const string Insert =
        """
        WITH w AS (
            INSERT INTO sessions (id, version, tenant, spec, status, reason, created_at, connected_at, ended_at, metered, turn, client_sdp, server_sdp)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING RETURNING id)
        """;

    private const string Update =
        """
        WITH w AS (
            UPDATE sessions SET version = $2, tenant = $3, spec = $4, status = $5, reason = $6, created_at = $7, connected_at = $8, ended_at = $9,
                metered = $10, turn = $11, client_sdp = $12, server_sdp = $13
            WHERE id = $1 AND version = $2 - 1 RETURNING id)
        """;

    private const string Details =
        """
        , c AS (DELETE FROM history USING w WHERE $14 AND session = w.id)
        , h AS (
            INSERT INTO history (session, turn, speaker, text, at, interrupted)
            SELECT w.id, l.turn, l.speaker, l.text, l.at, l.interrupted
            FROM w, unnest($15, $16, $17, $18, $19) WITH ORDINALITY AS l (turn, speaker, text, at, interrupted, n) ORDER BY l.n)
        , e AS (
            INSERT INTO events (id, session, event, detail, at)
            SELECT n.id, w.id, n.event, n.detail, n.at
            FROM w, unnest($20, $21, $22, $23) WITH ORDINALITY AS n (id, event, detail, at, n) ORDER BY n.n)
        , m AS (
            INSERT INTO meters (tenant, month, slot, time)
            SELECT $3, t.month, hashtext(w.id) & 15, sum(t.time)::bigint
            FROM w, unnest($24, $25) AS t (month, time) GROUP BY w.id, t.month ORDER BY t.month
            ON CONFLICT (tenant, month, slot) DO UPDATE SET time = meters.time + excluded.time)
        """;

    private const string Count = " SELECT count(*) FROM w";

    private readonly NpgsqlDataSource _source;

    private PostgresSessionStore(NpgsqlDataSource source) => _source = source;

    /// <summary>Connects and brings the tables up to date.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The tables were made by a newer version.</exception>
    public static async ValueTask<PostgresSessionStore> OpenAsync(PostgresOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            SearchPath = options.Schema,
            MaxPoolSize = options.MaxConnections,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
            ApplicationName = "AvatarGrains",
        };
        var source = NpgsqlDataSource.Create(settings);
        try
        {
            await PostgresSchema.MigrateAsync(source, options.Schema, cancellationToken);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }

        return new PostgresSessionStore(source);
    }

    public async ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        var r = write.Record;
        var details = write.ClearHistory || write.NewLines.Count > 0 || write.NewEvents is { Count: > 0 } || write.Meter is { Count: > 0 };
        await using var command = _source.CreateCommand((r.Version == 1 ? Insert : Update) + (details ? Details : "") + Count);
        AddRecord(command, r);
        if (details)
        {
            AddDetails(command, write);
        }

        if (r.Version < 1 || (long)(await command.ExecuteScalarAsync(cancellationToken))! == 0)
        {
            throw new StorageConflictException($"Session {r.Id} cannot be written as version {r.Version}: another writer was first.");
        }
    }

    public async ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        // Both reads see one moment, or a write between them would give a record without its lines.
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var find = new NpgsqlCommand($"SELECT {Columns} FROM sessions WHERE id = $1", connection);
        Text(find, id);
        var records = await ListAsync(find, ReadRecord, cancellationToken);
        if (records.Count == 0)
        {
            return null;
        }

        await using var lines = new NpgsqlCommand("SELECT turn, speaker, text, at, interrupted FROM history WHERE session = $1 ORDER BY id", connection);
        Text(lines, id);
        var history = await ListAsync(
            lines,
            r => new HistoryLine(r.GetInt32(0), (Speaker)r.GetInt16(1), PostgresText.Read(r.GetString(2)), Time(r.GetInt64(3)), r.GetBoolean(4)),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (records[0], history);
    }

    public async ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand($"SELECT {Columns} FROM sessions WHERE status <> 3");
        return await ListAsync(command, ReadRecord, cancellationToken);
    }

    public async ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT coalesce(sum(time), 0)::bigint FROM meters WHERE tenant = $1 AND month = $2");
        Text(command, tenant);
        Text(command, month);
        return new TimeSpan((long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    public async ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT id, session, event, detail, at FROM events WHERE session = $1 ORDER BY seq");
        Text(command, id);
        return await ListAsync(
            command,
            r => new SessionEventRecord(
                PostgresText.Read(r.GetString(0)), PostgresText.Read(r.GetString(1)), PostgresText.Read(r.GetString(2)), PostgresText.Read(r.GetString(3)), Time(r.GetInt64(4))),
            cancellationToken);
    }

    public async ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            """
            WITH old AS (DELETE FROM sessions WHERE ended_at < $1 RETURNING id)
            , h AS (DELETE FROM history USING old WHERE session = old.id)
            , e AS (DELETE FROM events USING old WHERE session = old.id)
            SELECT count(*) FROM old
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = endedBefore.UtcTicks });
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static void AddRecord(NpgsqlCommand command, SessionRecord r)
    {
        Text(command, r.Id);
        Add(command, NpgsqlDbType.Bigint, r.Version);
        Text(command, r.Spec.Tenant);
        Text(command, SessionSpecJson.Write(r.Spec));
        Add(command, NpgsqlDbType.Smallint, (short)r.Status);
        Add(command, NpgsqlDbType.Smallint, (short?)r.Reason);
        Add(command, NpgsqlDbType.Bigint, r.CreatedAt.UtcTicks);
        Add(command, NpgsqlDbType.Bigint, r.ConnectedAt?.UtcTicks);
        Add(command, NpgsqlDbType.Bigint, r.EndedAt?.UtcTicks);
        Add(command, NpgsqlDbType.Bigint, r.Metered.Ticks);
        Add(command, NpgsqlDbType.Integer, r.Turn);
        Text(command, r.ClientSdp);
        Text(command, r.ServerSdp);
    }

    private static void AddDetails(NpgsqlCommand command, SessionWrite write)
    {
        var lines = write.NewLines;
        var events = write.NewEvents ?? [];
        var meter = write.Meter ?? [];
        Add(command, NpgsqlDbType.Boolean, write.ClearHistory);
        Column(command, NpgsqlDbType.Integer, lines, l => l.Turn);
        Column(command, NpgsqlDbType.Smallint, lines, l => (short)l.Speaker);
        Column(command, NpgsqlDbType.Text, lines, l => PostgresText.Write(l.Text));
        Column(command, NpgsqlDbType.Bigint, lines, l => l.At.UtcTicks);
        Column(command, NpgsqlDbType.Boolean, lines, l => l.Interrupted);
        Column(command, NpgsqlDbType.Text, events, e => PostgresText.Write(e.Id));
        Column(command, NpgsqlDbType.Text, events, e => PostgresText.Write(e.Event));
        Column(command, NpgsqlDbType.Text, events, e => PostgresText.Write(e.Detail));
        Column(command, NpgsqlDbType.Bigint, events, e => e.At.UtcTicks);
        Column(command, NpgsqlDbType.Text, meter, m => m.Month);
        Column(command, NpgsqlDbType.Bigint, meter, m => m.Time.Ticks);
    }

    private static void Text(NpgsqlCommand command, string? value) => Add(command, NpgsqlDbType.Text, PostgresText.Write(value));

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });

    private static void Column<TItem, TValue>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, TValue> value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = items.Select(value).ToArray() });

    private static SessionRecord ReadRecord(NpgsqlDataReader r) => new(
        PostgresText.Read(r.GetString(0)),
        r.GetInt64(1),
        SessionSpecJson.Read(PostgresText.Read(r.GetString(2))),
        (SessionStatus)r.GetInt16(3),
        r.IsDBNull(4) ? null : (TerminationReason)r.GetInt16(4),
        Time(r.GetInt64(5)),
        r.IsDBNull(6) ? null : Time(r.GetInt64(6)),
        new TimeSpan(r.GetInt64(7)),
        r.GetInt32(8),
        r.IsDBNull(9) ? null : Time(r.GetInt64(9)),
        r.IsDBNull(10) ? null : PostgresText.Read(r.GetString(10)),
        r.IsDBNull(11) ? null : PostgresText.Read(r.GetString(11)));

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static async ValueTask<IReadOnlyList<T>> ListAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> list = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(read(reader));
        }

        return list;
    }
}
