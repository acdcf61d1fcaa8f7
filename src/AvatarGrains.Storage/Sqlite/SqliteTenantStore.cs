using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Keys and limits in a SQLite file; a running server and the command that changes them use it at once.</summary>
public sealed class SqliteTenantStore(SqliteDatabase database) : ITenantStore
{
    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(commands => (long)commands.Bind("SELECT version FROM tenant_version").ExecuteScalar()!, cancellationToken);

    public ValueTask<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            commands => SqliteRows.List(commands.Bind("SELECT id, tenant, hash, created_at, revoked_at FROM keys ORDER BY seq"), ReadKey),
            cancellationToken);

    public async ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken) =>
        await database.WriteAsync(commands => Add(commands, key), cancellationToken);

    public ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            commands => commands.Run("UPDATE keys SET revoked_at = $1 WHERE id = $0 AND revoked_at IS NULL", id, at.UtcTicks) > 0
                && Changed(commands),
            cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, TenantLimits>> ListLimitsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, TenantLimits>>(
            commands => SqliteRows.List(commands.Bind("SELECT name, max_sessions, per_session, per_month, requests FROM tenants"), ReadLimits)
                .ToDictionary(one => one.Tenant, one => one.Limits),
            cancellationToken);

    public async ValueTask SetLimitsAsync(string tenant, TenantLimits limits, CancellationToken cancellationToken) =>
        await database.WriteAsync(commands => Set(commands, tenant, limits), cancellationToken);

    private static bool Add(SqliteCommands commands, ApiKeyRecord key)
    {
        var added = commands.Run(
            "INSERT INTO keys (id, tenant, hash, created_at, revoked_at) VALUES ($0, $1, $2, $3, $4) ON CONFLICT DO NOTHING",
            key.Id, key.Tenant, key.Hash.ToArray(), key.CreatedAt.UtcTicks, key.RevokedAt?.UtcTicks);
        return added > 0 ? Changed(commands) : throw new StorageConflictException($"There is a key {key.Id}.");
    }

    private static bool Set(SqliteCommands commands, string tenant, TenantLimits limits)
    {
        commands.Run(
            "INSERT INTO tenants (name, max_sessions, per_session, per_month, requests) VALUES ($0, $1, $2, $3, $4) ON CONFLICT (name) DO "
                + "UPDATE SET " +
            "max_sessions = excluded.max_sessions, per_session = excluded.per_session, per_month = excluded.per_month, requests = excluded.requests",
            tenant, limits.MaxActiveSessions, limits.MaxPerSession?.Ticks, limits.MaxPerMonth?.Ticks, limits.RequestsPerMinute);
        return Changed(commands);
    }

    private static bool Changed(SqliteCommands commands) => commands.Run("UPDATE tenant_version SET version = version + 1") > 0;

    private static ApiKeyRecord ReadKey(SqliteDataReader r) => new(
        r.GetString(0), r.GetString(1), (byte[])r.GetValue(2), SqliteRows.Time(r.GetInt64(3)), r.IsDBNull(4) ? null : SqliteRows.Time(r.GetInt64(4)));

    private static (string Tenant, TenantLimits Limits) ReadLimits(SqliteDataReader r) => (r.GetString(0), new TenantLimits(
        r.IsDBNull(1) ? null : r.GetInt32(1),
        r.IsDBNull(2) ? null : new TimeSpan(r.GetInt64(2)),
        r.IsDBNull(3) ? null : new TimeSpan(r.GetInt64(3)),
        r.IsDBNull(4) ? null : r.GetInt32(4)));
}
