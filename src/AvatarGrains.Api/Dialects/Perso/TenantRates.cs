using System.Collections.Concurrent;
using AvatarGrains.Core.Hosting;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// Counts the requests of tenants that have a limit: a bucket that holds one minute's requests and refills evenly. Only tenants that exist have one, so
/// that guessing keys costs no memory. Thread-safe.
/// </summary>
internal sealed class TenantRates(TenantDirectory tenants, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    /// <summary>Tenants that are being counted.</summary>
    public int Count => _buckets.Count;

    /// <exception cref="PersoException">429, with the time after which the next request has room.</exception>
    public async ValueTask CheckAsync(string tenant, CancellationToken cancellationToken)
    {
        var limits = await tenants.FindAsync(tenant, cancellationToken);
        if (limits.RequestsPerMinute is not { } perMinute)
        {
            return;
        }

        var bucket = _buckets.GetOrAdd(tenant, static (_, start) => new Bucket(start.Now, start.Full), (Now: time.GetTimestamp(), Full: (double)perMinute));
        if (bucket.Take(perMinute, time) is { } wait)
        {
            throw new PersoException(429, "throttled", $"Request was throttled. Expected available in {wait} seconds.") { RetryAfterSeconds = wait };
        }
    }

    private sealed class Bucket(long at, double left)
    {
        private readonly Lock _lock = new();
        private long _at = at;
        private double _left = left;

        /// <returns>Null when there was room, else whole seconds until there is.</returns>
        public int? Take(int perMinute, TimeProvider time)
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                _left = Math.Min(perMinute, _left + (time.GetElapsedTime(_at, now).TotalMinutes * perMinute));
                _at = now;
                if (_left >= 1)
                {
                    _left--;
                    return null;
                }

                return perMinute <= 0 ? 60 : (int)Math.Ceiling((1 - _left) * 60 / perMinute);
            }
        }
    }
}
