using AvatarGrains.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>Shared records in PostgreSQL, for the processes of a cluster.</summary>
public sealed class PostgresSharedRecords(PostgresDatabase database) : ISharedRecords
{
    public ValueTask<SharedRecord?> FindAsync(string space, string key, CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT key, mark, content FROM shared_records WHERE space = $1 AND key = $2");
            return (await command.Text(space).Text(key).ListAsync(Read, token)).FirstOrDefault();
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<SharedRecord>> ReadAsync(string space, string from, string to, CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT key, mark, content FROM shared_records WHERE space = $1 AND key >= $2 AND key < $3 ORDER BY key");
            return await command.Text(space).Text(from).Text(to).ListAsync(Read, token);
        },
        cancellationToken);

    public ValueTask<bool> ApplyAsync(string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken) =>
        database.RepeatableAsync((source, token) => ApplyAsync(source, space, changes, token), cancellationToken);

    private static async ValueTask<bool> ApplyAsync(NpgsqlDataSource source, string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // In the order of their keys, so that two writers never wait for each other.
        foreach (var change in changes.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            await using var command = CommandOf(space, change);
            command.Connection = connection;
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0 && change.Expected is not null)
            {
                await transaction.RollbackAsync(cancellationToken);
                return await AppliedAsync(connection, space, changes, cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <returns>True when these very changes were made before, and only the answer was lost.</returns>
    private static async ValueTask<bool> AppliedAsync(
        NpgsqlConnection connection, string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken)
    {
        var written = changes.Where(c => c.Content is not null).ToList();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM shared_records r JOIN unnest($2, $3) AS w (key, mark) ON r.key = w.key AND r.mark = w.mark WHERE r.space = $1", connection);
        command.Text(space).Column(NpgsqlDbType.Text, written, c => PostgresText.Write(c.Key)).Column(NpgsqlDbType.Bigint, written, c => c.Mark);
        return written.Count > 0 && (long)(await command.ExecuteScalarAsync(cancellationToken))! == written.Count;
    }

    private static NpgsqlCommand CommandOf(string space, SharedChange change)
    {
        var sql = change switch
        {
            { Content: null } => "DELETE FROM shared_records WHERE space = $1 AND key = $2 AND ($3::bigint IS NULL OR mark = $3)",
            { Expected: SharedChange.Absent } => "INSERT INTO shared_records (space, key, mark, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            { Expected: not null } => "UPDATE shared_records SET mark = $3, content = $4 WHERE space = $1 AND key = $2 AND mark = $5",
            _ =>
                """
                INSERT INTO shared_records (space, key, mark, content) VALUES ($1, $2, $3, $4)
                ON CONFLICT (space, key) DO UPDATE SET mark = excluded.mark, content = excluded.content
                """,
        };
        var command = new NpgsqlCommand(sql).Text(space).Text(change.Key);
        if (change.Content is not { } content)
        {
            return command.Bind(NpgsqlDbType.Bigint, change.Expected);
        }

        command.Bind(NpgsqlDbType.Bigint, change.Mark).Bind(NpgsqlDbType.Bytea, content);
        return change.Expected is not null and not SharedChange.Absent ? command.Bind(NpgsqlDbType.Bigint, change.Expected) : command;
    }

    private static SharedRecord Read(NpgsqlDataReader r) => new(r.Text(0), r.GetInt64(1), (byte[])r.GetValue(2));
}
