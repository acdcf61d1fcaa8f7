using AvatarGrains.Core.Sessions;
using System.Collections.Concurrent;

namespace AvatarGrains.Conformance.Model;

/// <summary>The requests that reach this process. Only tenants that are asked for have a bucket. Thread-safe.</summary>
public sealed class RequestRates(TimeProvider time) : IRequestRates
{
    private readonly ConcurrentDictionary<string, RequestBucket> _buckets = new();

    /// <summary>Tenants that are being counted.</summary>
    public int Count => _buckets.Count;

    public ValueTask<TimeSpan?> TakeAsync(string tenant, int perMinute, CancellationToken cancellationToken) =>
        new(_buckets.GetOrAdd(tenant, static (_, start) => new RequestBucket(start.Time, start.Full), (Time: time, Full: perMinute)).Take(perMinute));
}
