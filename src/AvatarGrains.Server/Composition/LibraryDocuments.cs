using System.Text;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Server.Composition;

/// <summary>The documents that tenants keep, then those of the operator's folder.</summary>
internal sealed class LibraryDocuments(ILibraryStore library, IDocumentTexts folder) : IDocumentTexts
{
    public async ValueTask<DocumentText?> FindAsync(string documentId, CancellationToken cancellationToken)
    {
        if (await library.FindAsync(LibraryKind.Document, documentId, cancellationToken) is { } item
            && await library.ReadContentAsync(LibraryKind.Document, documentId, cancellationToken) is { } text)
        {
            return new DocumentText(item.Name, Encoding.UTF8.GetString(text.Span));
        }

        return await folder.FindAsync(documentId, cancellationToken);
    }
}
