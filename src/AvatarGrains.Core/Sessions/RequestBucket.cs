namespace AvatarGrains.Core.Sessions;

/// <summary>One tenant's room for requests: holds one minute's and refills evenly. Starts full. Thread-safe.</summary>
public sealed class RequestBucket(TimeProvider time, int perMinute)
{
    private readonly Lock _lock = new();
    private long _at = time.GetTimestamp();
    private double _left = perMinute;

    /// <param name="limit">Requests per minute as they are now; 0 or less for none at all.</param>
    /// <returns>Null when there was room, else the time until there is.</returns>
    public TimeSpan? Take(int limit)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(limit, _left + (time.GetElapsedTime(_at, now).TotalMinutes * limit));
            _at = now;
            if (_left >= 1)
            {
                _left--;
                return null;
            }

            return limit <= 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes((1 - _left) / limit);
        }
    }
}
