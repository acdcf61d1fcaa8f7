namespace AvatarGrains.Conformance.Model;

/// <summary>Sessions that are not ended, by tenant. Thread-safe.</summary>
internal sealed class TenantCounters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _active = [];

    /// <summary>Counts one more, if the limit allows.</summary>
    public bool TryAdd(string tenant, int? limit)
    {
        lock (_lock)
        {
            var active = _active.GetValueOrDefault(tenant);
            if (active >= limit)
            {
                return false;
            }

            _active[tenant] = active + 1;
            return true;
        }
    }

    public void Remove(string tenant)
    {
        lock (_lock)
        {
            var left = _active[tenant] - 1;
            if (left > 0)
            {
                _active[tenant] = left;
            }
            else
            {
                _active.Remove(tenant);
            }
        }
    }
}
