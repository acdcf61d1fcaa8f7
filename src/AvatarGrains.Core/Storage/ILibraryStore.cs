namespace AvatarGrains.Core.Storage;

/// <summary>What a library holds.</summary>
public enum LibraryKind
{
    /// <summary>A system prompt with an intro message. No content.</summary>
    Prompt,

    /// <summary>A document to talk about; the content is its text in UTF-8.</summary>
    Document,

    /// <summary>A picture behind the avatar; the content is the file.</summary>
    Background,

    /// <summary>Settings that sessions are made from. No content.</summary>
    Template,
}

/// <summary>Something a tenant keeps to make sessions with. Never changes; ids are unguessable.</summary>
/// <param name="Id">Id, unique over all kinds and tenants.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Tenant">Whose it is; "" for the local tenant.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Detail">The dialect's own description as JSON, given back verbatim.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ContentBytes">Length of the content; 0 when there is none.</param>
public sealed record LibraryItem(string Id, LibraryKind Kind, string Tenant, string Name, string Detail, DateTimeOffset CreatedAt, int ContentBytes);

/// <summary>Most that a tenant may keep of one kind.</summary>
/// <param name="Items">How many.</param>
/// <param name="ContentBytes">Bytes of content of all of them.</param>
public sealed record LibraryQuota(int Items, long ContentBytes);

/// <summary>
/// Keeps what tenants make sessions with. Thread-safe. A returned write is on disk. Everything throws
/// <see cref="StorageUnavailableException"/> while the store cannot be reached.
/// </summary>
public interface ILibraryStore
{
    /// <summary>Adds an item.</summary>
    /// <returns>False when the tenant would have more than <paramref name="quota"/> of the kind; nothing is stored then.</returns>
    ValueTask<bool> AddAsync(LibraryItem item, ReadOnlyMemory<byte> content, LibraryQuota quota, CancellationToken cancellationToken);

    /// <summary>The item, or null. The caller looks whose it is before showing it.</summary>
    ValueTask<LibraryItem?> FindAsync(LibraryKind kind, string id, CancellationToken cancellationToken);

    /// <summary>The item's content, or null when there is no such item.</summary>
    ValueTask<ReadOnlyMemory<byte>?> ReadContentAsync(LibraryKind kind, string id, CancellationToken cancellationToken);

    /// <summary>A tenant's items of a kind, oldest first.</summary>
    ValueTask<IReadOnlyList<LibraryItem>> ListAsync(LibraryKind kind, string tenant, CancellationToken cancellationToken);

    /// <summary>Removes a tenant's item.</summary>
    /// <returns>False when the tenant has no such item.</returns>
    ValueTask<bool> RemoveAsync(LibraryKind kind, string tenant, string id, CancellationToken cancellationToken);
}
