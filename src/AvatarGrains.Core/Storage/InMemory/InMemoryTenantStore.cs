using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Storage.InMemory;

/// <summary>Keeps keys and limits while the process lives.</summary>
public sealed class InMemoryTenantStore : ITenantStore
{
    private readonly Lock _lock = new();
    private readonly List<ApiKeyRecord> _keys = [];
    private readonly Dictionary<string, TenantLimits> _limits = [];
    private long _version;

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_version);
        }
    }

    public ValueTask<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _keys]);
        }
    }

    public ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_keys.Exists(one => one.Id == key.Id))
            {
                throw new StorageConflictException($"There is a key {key.Id}.");
            }

            _keys.Add(key);
            _version++;
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var index = _keys.FindIndex(one => one.Id == id && one.RevokedAt is null);
            if (index < 0)
            {
                return new(false);
            }

            _keys[index] = _keys[index] with { RevokedAt = at };
            _version++;
            return new(true);
        }
    }

    public ValueTask<IReadOnlyDictionary<string, TenantLimits>> ListLimitsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(new Dictionary<string, TenantLimits>(_limits));
        }
    }

    public ValueTask SetLimitsAsync(string tenant, TenantLimits limits, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _limits[tenant] = limits;
            _version++;
            return ValueTask.CompletedTask;
        }
    }
}
