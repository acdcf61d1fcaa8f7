using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>Keys and limits in PostgreSQL. A change and the version that tells of it are one statement.</summary>
public sealed class PostgresTenantStore(PostgresDatabase database) : ITenantStore
{
    /// <summary>Counts the change up if there was one, and says whether.</summary>
    private const string Changed = ", v AS (UPDATE tenant_version SET version = version + 1 WHERE EXISTS (SELECT FROM w)) SELECT count(*) FROM w";

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT version FROM tenant_version");
            return (long)(await command.ExecuteScalarAsync(token))!;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT id, tenant, hash, created_at, revoked_at FROM keys ORDER BY seq");
            return await command.ListAsync(ReadKey, token);
        },
        cancellationToken);

    public async ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken)
    {
        var added = await ChangeAsync(
            "WITH w AS (INSERT INTO keys (id, tenant, hash, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1)",
            command => command.Text(key.Id).Text(key.Tenant).Bind(NpgsqlDbType.Bytea, key.Hash)
                .Bind(NpgsqlDbType.Bigint, key.CreatedAt.UtcTicks).Bind(NpgsqlDbType.Bigint, key.RevokedAt?.UtcTicks),
            cancellationToken);
        if (!added)
        {
            throw new StorageConflictException($"There is a key {key.Id}.");
        }
    }

    public ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) => ChangeAsync(
        "WITH w AS (UPDATE keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING 1)",
        command => command.Text(id).Bind(NpgsqlDbType.Bigint, at.UtcTicks),
        cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, TenantLimits>> ListLimitsAsync(CancellationToken cancellationToken) => database.RepeatableAsync(
        async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT name, max_sessions, per_session, per_month, requests FROM tenants");
            var limits = await command.ListAsync(ReadLimits, token);
            return (IReadOnlyDictionary<string, TenantLimits>)limits.ToDictionary(one => one.Tenant, one => one.Limits);
        },
        cancellationToken);

    public async ValueTask SetLimitsAsync(string tenant, TenantLimits limits, CancellationToken cancellationToken) => await ChangeAsync(
        """
        WITH w AS (
            INSERT INTO tenants (name, max_sessions, per_session, per_month, requests) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO UPDATE SET max_sessions = excluded.max_sessions, per_session = excluded.per_session, per_month = excluded.per_month,
                requests = excluded.requests
            RETURNING 1)
        """,
        command => command.Text(tenant).Bind(NpgsqlDbType.Integer, limits.MaxActiveSessions).Bind(NpgsqlDbType.Bigint, limits.MaxPerSession?.Ticks)
            .Bind(NpgsqlDbType.Bigint, limits.MaxPerMonth?.Ticks).Bind(NpgsqlDbType.Integer, limits.RequestsPerMinute),
        cancellationToken);

    /// <returns>True when something was changed.</returns>
    private ValueTask<bool> ChangeAsync(string change, Func<NpgsqlCommand, NpgsqlCommand> bind, CancellationToken cancellationToken) =>
        database.OnceAsync(
            async (source, token) =>
            {
                await using var command = source.CreateCommand(change + Changed);
                return (long)(await bind(command).ExecuteScalarAsync(token))! > 0;
            },
            cancellationToken);

    private static ApiKeyRecord ReadKey(NpgsqlDataReader r) =>
        new(r.Text(0), r.Text(1), (byte[])r.GetValue(2), r.Time(3), r.IsDBNull(4) ? null : r.Time(4));

    private static (string Tenant, TenantLimits Limits) ReadLimits(NpgsqlDataReader r) => (r.Text(0), new TenantLimits(
        r.IsDBNull(1) ? null : r.GetInt32(1),
        r.IsDBNull(2) ? null : new TimeSpan(r.GetInt64(2)),
        r.IsDBNull(3) ? null : new TimeSpan(r.GetInt64(3)),
        r.IsDBNull(4) ? null : r.GetInt32(4)));
}
