using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>One kind of what tenants keep, as its endpoints need it.</summary>
/// <typeparam name="T">What clients are shown of one.</typeparam>
internal interface IPersoKind<T>
{
    LibraryKind Kind { get; }

    JsonTypeInfo<T> One { get; }

    JsonTypeInfo<IReadOnlyList<T>> Many { get; }

    /// <summary>Those that come with the server, then the tenant's.</summary>
    ValueTask<IReadOnlyList<T>> ListAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>One the tenant may use, or null.</summary>
    ValueTask<T?> FindAsync(string id, string tenant, CancellationToken cancellationToken);

    /// <summary>Keeps what the request carries.</summary>
    /// <exception cref="PersoException">It cannot be used.</exception>
    ValueTask<T> CreateAsync(HttpContext context);
}
