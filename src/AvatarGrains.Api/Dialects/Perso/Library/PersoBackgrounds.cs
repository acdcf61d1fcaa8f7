using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Pictures behind the avatar: those that come with the server, then the tenant's.</summary>
internal sealed class PersoBackgrounds(PersoLibrary library, IBackgroundPictures? shipped, PersoOptions options) : IPersoKind<PersoBackground>
{
    public LibraryKind Kind => LibraryKind.Background;

    public JsonTypeInfo<PersoBackground> One => PersoBodies.Readable.PersoBackground;

    public JsonTypeInfo<IReadOnlyList<PersoBackground>> Many => PersoBodies.Readable.IReadOnlyListPersoBackground;

    public async ValueTask<IReadOnlyList<PersoBackground>> ListAsync(string tenant, CancellationToken cancellationToken) =>
        [.. (shipped?.Ids ?? []).Select(Shipped), .. (await library.ListAsync(Kind, tenant, cancellationToken)).Select(Read)];

    public async ValueTask<PersoBackground> CreateAsync(HttpContext context)
    {
        var form = await Forms.ReadAsync(context, options.MaxImageBytes).DemandAsync();
        var file = form.Files.GetFile("image") ?? throw PersoException.Missing("image");
        var title = PersoText.Name(
            Forms.Text(form, "title") ?? System.IO.Path.GetFileNameWithoutExtension(Forms.FileName(file.FileName)), "title");
        var bytes = await Forms.BytesAsync(file, context.RequestAborted);
        var size = PictureHeader.Read(bytes.Span) ?? throw new PersoException(400, "invalid_image", "Upload a valid PNG or JPEG picture.", "image");
        if (size.Width > options.MaxImageSide || size.Height > options.MaxImageSide)
        {
            throw new PersoException(
                400, "invalid_image", $"A picture may be {options.MaxImageSide} pixels wide and high; this is {size.Width}×{size.Height}.", "image");
        }

        var detail = JsonSerializer.Serialize(
            new PersoBackgroundDetail(size.MediaType, size.Width, size.Height), PersoJson.Default.PersoBackgroundDetail);
        var item = await library.AddAsync(Kind, "plb-", title, detail, bytes, context);
        return Read(item);
    }

    /// <summary>The picture's file. Pages show it without a key; ids of tenants' pictures are unguessable.</summary>
    public async Task<IResult> ImageAsync(string id, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=86400";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        if (shipped?.Ids.Contains(id) == true && await shipped.FindAsync(id, context.RequestAborted) is { } picture)
        {
            return Results.Bytes(picture, PictureHeader.Read(picture.Span)?.MediaType ?? "image/svg+xml");
        }

        var bytes = await library.ContentAsync(Kind, id, context.RequestAborted);
        return Results.Bytes(bytes, PictureHeader.Read(bytes.Span)?.MediaType ?? "application/octet-stream");
    }

    public async ValueTask<PersoBackground?> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        shipped?.Ids.Contains(id) == true ? Shipped(id)
        : await library.FindAsync(Kind, tenant, id, cancellationToken) is { } item ? Read(item) : null;

    private static PersoBackground Shipped(string id) =>
        new(id, char.ToUpperInvariant(id[0]) + id[1..].Replace('-', ' '), Path(id), PersoBodies.Time(DateTimeOffset.UnixEpoch));

    private static PersoBackground Read(LibraryItem item) => new(item.Id, item.Name, Path(item.Id), PersoBodies.Time(item.CreatedAt));

    private static string Path(string id) => $"/api/v1/background_image/{id}/image/";
}
