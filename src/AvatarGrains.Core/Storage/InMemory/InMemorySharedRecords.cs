namespace AvatarGrains.Core.Storage.InMemory;

/// <summary>Keeps shared records while the process lives: for a cluster that is one process.</summary>
public sealed class InMemorySharedRecords : ISharedRecords
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Space, string Key), SharedRecord> _records = new(Comparer<(string Space, string Key)>.Create(
        static (a, b) => string.CompareOrdinal(a.Space, b.Space) is not 0 and var order ? order : string.CompareOrdinal(a.Key, b.Key)));

    public ValueTask<SharedRecord?> FindAsync(string space, string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_records.GetValueOrDefault((space, key)));
        }
    }

    public ValueTask<IReadOnlyList<SharedRecord>> ReadAsync(string space, string from, string to, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _records
                .Where(r => r.Key.Space == space && string.CompareOrdinal(r.Key.Key, from) >= 0 && string.CompareOrdinal(r.Key.Key, to) < 0)
                .Select(r => r.Value)]);
        }
    }

    public ValueTask<bool> ApplyAsync(string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (changes.Any(c => c.Expected is { } expected && expected != (_records.GetValueOrDefault((space, c.Key))?.Mark ?? SharedChange.Absent)))
            {
                return new(false);
            }

            foreach (var change in changes)
            {
                if (change.Content is { } content)
                {
                    _records[(space, change.Key)] = new SharedRecord(change.Key, change.Mark, content.ToArray());
                }
                else
                {
                    _records.Remove((space, change.Key));
                }
            }

            return new(true);
        }
    }
}
