using AvatarGrains.Core.Storage;
using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>What tenants make sessions with, in a SQLite file.</summary>
public sealed class SqliteLibraryStore(SqliteDatabase database) : ILibraryStore
{
    private const string Columns = "id, kind, tenant, name, detail, created_at, bytes";

    public ValueTask<bool> AddAsync(LibraryItem item, ReadOnlyMemory<byte> content, LibraryQuota quota, CancellationToken cancellationToken) =>
        database.WriteAsync(commands => Add(commands, item, content.ToArray(), quota), cancellationToken);

    public ValueTask<LibraryItem?> FindAsync(LibraryKind kind, string id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => SqliteRows.List(commands.Bind($"SELECT {Columns} FROM library WHERE id = $0 AND kind = $1", id, (int)kind), ReadItem)
                .FirstOrDefault(),
            cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> ReadContentAsync(LibraryKind kind, string id, CancellationToken cancellationToken) =>
        database.ReadAsync(commands => ReadContent(commands, kind, id), cancellationToken);

    public ValueTask<IReadOnlyList<LibraryItem>> ListAsync(LibraryKind kind, string tenant, CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => SqliteRows.List(
                commands.Bind($"SELECT {Columns} FROM library WHERE tenant = $0 AND kind = $1 ORDER BY seq", tenant, (int)kind), ReadItem),
            cancellationToken);

    public ValueTask<bool> RemoveAsync(LibraryKind kind, string tenant, string id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            commands => commands.Run("DELETE FROM library WHERE id = $0 AND kind = $1 AND tenant = $2", id, (int)kind, tenant) > 0,
            cancellationToken);

    private static bool Add(SqliteCommands commands, LibraryItem item, byte[] content, LibraryQuota quota)
    {
        using (var used = commands
            .Bind("SELECT count(*), ifnull(sum(bytes), 0) FROM library WHERE tenant = $0 AND kind = $1", item.Tenant, (int)item.Kind)
            .ExecuteReader())
        {
            used.Read();
            if (used.GetInt64(0) >= quota.Items || used.GetInt64(1) + content.Length > quota.ContentBytes)
            {
                return false;
            }
        }

        commands.Run(
            "INSERT INTO library (id, kind, tenant, name, detail, created_at, bytes, content) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)",
            item.Id, (int)item.Kind, item.Tenant, item.Name, item.Detail, item.CreatedAt.UtcTicks, content.Length, content);
        return true;
    }

    private static ReadOnlyMemory<byte>? ReadContent(SqliteCommands commands, LibraryKind kind, string id) =>
        commands.Bind("SELECT content FROM library WHERE id = $0 AND kind = $1", id, (int)kind).ExecuteScalar() is byte[] content
            ? content
            : (ReadOnlyMemory<byte>?)null;

    private static LibraryItem ReadItem(SqliteDataReader r) => new(
        r.GetString(0), (LibraryKind)r.GetInt32(1), r.GetString(2), r.GetString(3), r.GetString(4), SqliteRows.Time(r.GetInt64(5)), r.GetInt32(6));
}
