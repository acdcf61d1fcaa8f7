using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Documents that sessions talk about: text, Markdown or PDF. The text is what is kept.</summary>
internal sealed class PersoDocuments(PersoLibrary library, IDocumentReader? reader, PersoOptions options) : IPersoKind<PersoDocument>
{
    public LibraryKind Kind => LibraryKind.Document;

    public JsonTypeInfo<PersoDocument> One => PersoBodies.Readable.PersoDocument;

    public JsonTypeInfo<IReadOnlyList<PersoDocument>> Many => PersoBodies.Readable.IReadOnlyListPersoDocument;

    public async ValueTask<IReadOnlyList<PersoDocument>> ListAsync(string tenant, CancellationToken cancellationToken) =>
        [.. (await library.ListAsync(Kind, tenant, cancellationToken)).Select(Read)];

    public async ValueTask<PersoDocument> CreateAsync(HttpContext context)
    {
        var (title, detail, text) = context.Request.HasFormContentType ? await ReadFormAsync(context) : await ReadJsonAsync(context);
        var item = await library.AddAsync(
            Kind, "pld-", title, JsonSerializer.Serialize(detail, PersoJson.Default.PersoDocumentDetail), Encoding.UTF8.GetBytes(text), context);
        return Read(item);
    }

    public async ValueTask<PersoDocument?> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        await library.FindAsync(Kind, tenant, id, cancellationToken) is { } item ? Read(item) : null;

    private static PersoDocument Read(LibraryItem item)
    {
        var detail = PersoLibrary.Detail(item, PersoJson.Default.PersoDocumentDetail);
        var at = PersoBodies.Time(item.CreatedAt);
        return new PersoDocument(item.Id, item.Name, detail.File, detail.Description, 4, 100, true, true, at, at);
    }

    private async ValueTask<(string Title, PersoDocumentDetail Detail, string Text)> ReadFormAsync(HttpContext context)
    {
        var form = await Forms.ReadAsync(context, options.MaxDocumentBytes).DemandAsync();
        var file = form.Files.GetFile("file") ?? throw PersoException.Missing("file");
        var name = Forms.FileName(file.FileName);
        var title = PersoText.Name(Forms.Text(form, "title") ?? Path.GetFileNameWithoutExtension(name), "title");
        var description = PersoText.Bounded(Forms.Text(form, "description"), 1000, "description");
        return (title, new PersoDocumentDetail(name, description), await TextAsync(
            await Forms.BytesAsync(file, context.RequestAborted), "file", context));
    }

    private async ValueTask<(string Title, PersoDocumentDetail Detail, string Text)> ReadJsonAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoDocumentText, options.MaxDocumentBytes).DemandAsync();
        var title = PersoText.Name(request.Title, "title");
        var description = PersoText.Bounded(request.Description, 1000, "description");
        var content = Encoding.UTF8.GetBytes(request.Content ?? throw PersoException.Missing("content"));
        return (title, new PersoDocumentDetail("document.md", description), await TextAsync(content, "content", context));
    }

    private async ValueTask<string> TextAsync(ReadOnlyMemory<byte> file, string attr, HttpContext context)
    {
        var known = reader ?? throw PersoException.Invalid("This server takes no documents.", attr);
        return await known.ReadAsync(file, context.RequestAborted)
            ?? throw PersoException.Invalid("The file is not a text, Markdown or PDF document with words in it, or it is too long.", attr);
    }
}
