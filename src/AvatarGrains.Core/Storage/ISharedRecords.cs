using System.Security.Cryptography;

namespace AvatarGrains.Core.Storage;

/// <summary>A small record that several processes change.</summary>
/// <param name="Key">Its key in its space; ASCII.</param>
/// <param name="Mark">Names this content: no two writes give the same one.</param>
/// <param name="Content">What it says.</param>
public sealed record SharedRecord(string Key, long Mark, ReadOnlyMemory<byte> Content);

/// <summary>One change of a record, on a condition.</summary>
public sealed record SharedChange
{
    /// <summary>The condition that the record is not there.</summary>
    public const long Absent = 0;

    private SharedChange(string key, long? expected, ReadOnlyMemory<byte>? content)
    {
        Key = key;
        Expected = expected;
        Content = content;
        Mark = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) | 1;
    }

    public string Key { get; }

    /// <summary>The mark that the record must have, <see cref="Absent"/>, or null for any.</summary>
    public long? Expected { get; }

    /// <summary>What it says from now on; null removes it.</summary>
    public ReadOnlyMemory<byte>? Content { get; }

    /// <summary>The mark that it will have.</summary>
    public long Mark { get; }

    public static SharedChange Write(string key, long? expected, ReadOnlyMemory<byte> content) => new(key, expected, content);

    /// <param name="key">Which.</param>
    /// <param name="expected">Null: it need not even be there.</param>
    public static SharedChange Remove(string key, long? expected) => new(key, expected, null);
}

/// <summary>
/// Small records that the processes of a cluster change at the same time: who is a member, who wants to be woken, what a foreign id means. Kept in named spaces and ordered by key.
/// Thread-safe. A returned write is on disk. Everything throws <see cref="StorageUnavailableException"/> while the store cannot be reached.
/// </summary>
public interface ISharedRecords
{
    ValueTask<SharedRecord?> FindAsync(string space, string key, CancellationToken cancellationToken);

    /// <summary>The records of one moment with <paramref name="from"/> ≤ key &lt; <paramref name="to"/>, by key; compared ordinally.</summary>
    ValueTask<IReadOnlyList<SharedRecord>> ReadAsync(string space, string from, string to, CancellationToken cancellationToken);

    /// <summary>Makes all changes, each of another key, or none.</summary>
    /// <returns>False when a condition does not hold.</returns>
    ValueTask<bool> ApplyAsync(string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken);
}
