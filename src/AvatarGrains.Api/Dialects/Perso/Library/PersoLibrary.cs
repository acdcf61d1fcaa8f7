using System.Security.Cryptography;
using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>What a tenant keeps: found only by whose it is.</summary>
internal sealed class PersoLibrary(ILibraryStore store, PersoOptions options, TimeProvider time)
{
    public ValueTask<IReadOnlyList<LibraryItem>> ListAsync(LibraryKind kind, string tenant, CancellationToken cancellationToken) =>
        store.ListAsync(kind, tenant, cancellationToken);

    /// <summary>The tenant's item, or null: nobody learns of another tenant's.</summary>
    public async ValueTask<LibraryItem?> FindAsync(LibraryKind kind, string tenant, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(kind, id, cancellationToken) is { } item && item.Tenant == tenant ? item : null;

    public async ValueTask<ReadOnlyMemory<byte>> ContentAsync(LibraryKind kind, string id, CancellationToken cancellationToken) =>
        await store.ReadContentAsync(kind, id, cancellationToken) ?? throw PersoException.NotFound();

    /// <exception cref="PersoException">The tenant keeps as much as it may.</exception>
    public async ValueTask<LibraryItem> AddAsync(
        LibraryKind kind, string prefix, string name, string detail, ReadOnlyMemory<byte> content, HttpContext context)
    {
        var id = prefix + RandomNumberGenerator.GetHexString(32, lowercase: true);
        var item = new LibraryItem(id, kind, Callers.TenantOf(context), name, detail, time.GetUtcNow(), content.Length);
        var quota = new LibraryQuota(options.MaxLibraryItems, options.MaxLibraryBytes);
        return await store.AddAsync(item, content, quota, context.RequestAborted)
            ? item
            : throw new PersoException(400, "limit_exceeded", "No more of these can be kept; delete some first.");
    }

    public async Task<IResult> RemoveAsync(LibraryKind kind, string id, HttpContext context) =>
        await store.RemoveAsync(kind, Callers.TenantOf(context), id, context.RequestAborted)
            ? Results.NoContent()
            : throw PersoException.NotFound();

    public static T Detail<T>(LibraryItem item, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(item.Detail, type) ?? throw new InvalidDataException($"The detail of {item.Id} is null.");
}
