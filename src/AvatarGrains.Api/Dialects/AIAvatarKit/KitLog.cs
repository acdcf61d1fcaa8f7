namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>What happened lately, for those who control an avatar: each tenant sees its own lines. Thread-safe.</summary>
internal sealed class KitLog(TimeProvider time)
{
    private const int Kept = 500;

    private readonly Lock _lock = new();
    private readonly Queue<(string Tenant, string Line)> _lines = new();

    public void Add(string tenant, string line)
    {
        var stamped = $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss,fff} {line}";
        lock (_lock)
        {
            _lines.Enqueue((tenant, stamped));
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>The newest lines of a tenant, oldest first.</summary>
    public IReadOnlyList<string> Newest(string tenant, int count)
    {
        lock (_lock)
        {
            return [.. _lines.Where(line => line.Tenant == tenant).Select(line => line.Line).TakeLast(count)];
        }
    }
}
