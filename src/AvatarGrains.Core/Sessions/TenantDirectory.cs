using System.Security.Cryptography;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// Who may use the server and how much: the keys and limits of a store, and those of the configuration. Changes by another process are noticed within
/// a second. Thread-safe.
/// </summary>
/// <param name="store">Keys and limits that change while the server runs.</param>
/// <param name="settings">Keys and limits that do not.</param>
/// <param name="time">The clock.</param>
public sealed class TenantDirectory(ITenantStore store, TenantSettings settings, TimeProvider time) : ITenantQuotas
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly (byte[] Hash, string Tenant)[] _configured = [.. settings.Keys.Select(key => (ApiKey.Hash(key.Value), key.Key))];
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Known? _known;

    /// <summary>True when a request needs a key: there is one, or was one before it was revoked.</summary>
    public async ValueTask<bool> NeedsKeyAsync(CancellationToken cancellationToken) =>
        _configured.Length > 0 || (await KnownAsync(cancellationToken)).Keys.Count > 0;

    /// <summary>The tenant of a key, or null when the key is not good. Compares with every key, each in constant time.</summary>
    public async ValueTask<string?> AuthenticateAsync(string key, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(cancellationToken);
        var hash = ApiKey.Hash(key);
        string? tenant = null;
        foreach (var one in _configured)
        {
            tenant = CryptographicOperations.FixedTimeEquals(one.Hash, hash) ? one.Tenant : tenant;
        }

        foreach (var one in known.Keys)
        {
            tenant = CryptographicOperations.FixedTimeEquals(one.Hash.Span, hash) && one.RevokedAt is null ? one.Tenant : tenant;
        }

        return tenant;
    }

    public async ValueTask<TenantLimits> FindAsync(string tenant, CancellationToken cancellationToken) =>
        (await KnownAsync(cancellationToken)).Limits.TryGetValue(tenant, out var limits) ? limits
        : tenant.Length == 0 ? settings.Local : settings.Keyed;

    private async ValueTask<Known> KnownAsync(CancellationToken cancellationToken)
    {
        if (_known is { } fresh && time.GetElapsedTime(fresh.At) < Lifetime)
        {
            return fresh;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            var at = time.GetTimestamp();
            if (_known is { } known && time.GetElapsedTime(known.At, at) < Lifetime)
            {
                return known;
            }

            var version = await store.ReadVersionAsync(cancellationToken);
            return _known = _known is { } same && same.Version == version
                ? same with { At = at }
                : new Known(at, version, await store.ListKeysAsync(cancellationToken), await store.ListLimitsAsync(cancellationToken));
        }
        finally
        {
            _reading.Release();
        }
    }

    private sealed record Known(long At, long Version, IReadOnlyList<ApiKeyRecord> Keys, IReadOnlyDictionary<string, TenantLimits> Limits);
}
