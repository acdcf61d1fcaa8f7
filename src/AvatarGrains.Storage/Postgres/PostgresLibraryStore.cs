using AvatarGrains.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>What tenants make sessions with, in PostgreSQL, so that every server of a cluster has it.</summary>
public sealed class PostgresLibraryStore(PostgresDatabase database) : ILibraryStore
{
    private const string Columns = "id, kind, tenant, name, detail, created_at, bytes";

    /// <summary>
    /// One tenant adds one thing of a kind at a time, or two could both see room for the last one. Held to the end of the transaction.
    /// </summary>
    private const string Queue = "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))";

    private const string Insert =
        """
        INSERT INTO library (id, kind, tenant, name, detail, created_at, bytes, content)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8
        FROM (SELECT count(*) AS items, coalesce(sum(bytes), 0) AS total FROM library WHERE tenant = $3 AND kind = $2) used
        WHERE used.items < $9 AND used.total + $7 <= $10
        """;

    public ValueTask<bool> AddAsync(LibraryItem item, ReadOnlyMemory<byte> content, LibraryQuota quota, CancellationToken cancellationToken) =>
        database.OnceAsync(
            async (source, token) =>
            {
                // The second statement must see what was added while the first one waited, so each has its own view of the data.
                await using var connection = await source.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(token);
                await using var queue = new NpgsqlCommand(Queue, connection);
                await queue.Text(item.Tenant).Bind(NpgsqlDbType.Bigint, (long)item.Kind).ExecuteNonQueryAsync(token);
                await using var insert = new NpgsqlCommand(Insert, connection);
                insert
                    .Text(item.Id)
                    .Bind(NpgsqlDbType.Smallint, (short)item.Kind)
                    .Text(item.Tenant)
                    .Text(item.Name)
                    .Text(item.Detail)
                    .Bind(NpgsqlDbType.Bigint, item.CreatedAt.UtcTicks)
                    .Bind(NpgsqlDbType.Integer, content.Length)
                    .Bind(NpgsqlDbType.Bytea, content)
                    .Bind(NpgsqlDbType.Bigint, (long)quota.Items)
                    .Bind(NpgsqlDbType.Bigint, quota.ContentBytes);
                var added = await insert.ExecuteNonQueryAsync(token) > 0;
                await transaction.CommitAsync(token);
                return added;
            },
            cancellationToken);

    public ValueTask<LibraryItem?> FindAsync(LibraryKind kind, string id, CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand($"SELECT {Columns} FROM library WHERE id = $1 AND kind = $2");
            return (await command.Text(id).Bind(NpgsqlDbType.Smallint, (short)kind).ListAsync(ReadItem, token)).FirstOrDefault();
        },
        cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> ReadContentAsync(LibraryKind kind, string id, CancellationToken cancellationToken) =>
        database.RepeatableAsync(
            async (source, token) =>
            {
                await using var command = source.CreateCommand("SELECT content FROM library WHERE id = $1 AND kind = $2");
                command.Text(id).Bind(NpgsqlDbType.Smallint, (short)kind);
                return await command.ExecuteScalarAsync(token) is byte[] content ? content : (ReadOnlyMemory<byte>?)null;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<LibraryItem>> ListAsync(LibraryKind kind, string tenant, CancellationToken cancellationToken) =>
        database.RepeatableAsync(
            async (source, token) =>
            {
                await using var command = source.CreateCommand($"SELECT {Columns} FROM library WHERE tenant = $1 AND kind = $2 ORDER BY seq");
                return await command.Text(tenant).Bind(NpgsqlDbType.Smallint, (short)kind).ListAsync(ReadItem, token);
            },
            cancellationToken);

    public ValueTask<bool> RemoveAsync(LibraryKind kind, string tenant, string id, CancellationToken cancellationToken) => database.OnceAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("DELETE FROM library WHERE id = $1 AND kind = $2 AND tenant = $3");
            return await command.Text(id).Bind(NpgsqlDbType.Smallint, (short)kind).Text(tenant).ExecuteNonQueryAsync(token) > 0;
        },
        cancellationToken);

    private static LibraryItem ReadItem(NpgsqlDataReader r) =>
        new(r.Text(0), (LibraryKind)r.GetInt16(1), r.Text(2), r.Text(3), r.Text(4), r.Time(5), r.GetInt32(6));
}
