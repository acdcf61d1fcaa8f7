using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Storage;

/// <summary>A key as it is kept: never the key itself.</summary>
/// <param name="Id">Names the key for people: its first characters, which do not help to guess the rest.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Hash">SHA-256 of the key; keys are random, so that no salt is needed.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RevokedAt">When it was revoked, or null while it is good.</param>
public sealed record ApiKeyRecord(string Id, string Tenant, ReadOnlyMemory<byte> Hash, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt = null);

/// <summary>
/// Keeps tenants' keys and limits. Thread-safe. A returned write is on disk. Several processes may use one store at once. Everything throws
/// <see cref="StorageUnavailableException"/> while the store cannot be reached.
/// </summary>
public interface ITenantStore
{
    /// <summary>Grows with every change by anyone.</summary>
    ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken);

    /// <summary>All keys, oldest first, with the revoked ones.</summary>
    ValueTask<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellationToken);

    /// <exception cref="StorageConflictException">There is a key of that id.</exception>
    ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken);

    /// <returns>False when there is no such key or it was revoked before.</returns>
    ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The limits of the tenants that have some of their own.</summary>
    ValueTask<IReadOnlyDictionary<string, TenantLimits>> ListLimitsAsync(CancellationToken cancellationToken);

    ValueTask SetLimitsAsync(string tenant, TenantLimits limits, CancellationToken cancellationToken);
}
