namespace AvatarGrains.Core.Storage.InMemory;

/// <summary>Keeps what tenants make sessions with while the process lives.</summary>
public sealed class InMemoryLibraryStore : ILibraryStore
{
    private readonly Lock _lock = new();
    private readonly List<(LibraryItem Item, ReadOnlyMemory<byte> Content)> _items = [];

    public ValueTask<bool> AddAsync(LibraryItem item, ReadOnlyMemory<byte> content, LibraryQuota quota, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var same = _items.Where(one => one.Item.Kind == item.Kind && one.Item.Tenant == item.Tenant).ToList();
            if (same.Count >= quota.Items || same.Sum(one => (long)one.Content.Length) + content.Length > quota.ContentBytes)
            {
                return new(false);
            }

            _items.Add((item, content.ToArray()));
            return new(true);
        }
    }

    public ValueTask<LibraryItem?> FindAsync(LibraryKind kind, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_items.FirstOrDefault(one => one.Item.Kind == kind && one.Item.Id == id).Item);
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadContentAsync(LibraryKind kind, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var found = _items.FirstOrDefault(one => one.Item.Kind == kind && one.Item.Id == id);
            return new(found.Item is null ? (ReadOnlyMemory<byte>?)null : found.Content);
        }
    }

    public ValueTask<IReadOnlyList<LibraryItem>> ListAsync(LibraryKind kind, string tenant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _items.Select(one => one.Item).Where(item => item.Kind == kind && item.Tenant == tenant)]);
        }
    }

    public ValueTask<bool> RemoveAsync(LibraryKind kind, string tenant, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_items.RemoveAll(one => one.Item.Kind == kind && one.Item.Tenant == tenant && one.Item.Id == id) > 0);
        }
    }
}
