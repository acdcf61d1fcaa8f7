using AvatarGrains.Core.Engines;

namespace AvatarGrains.Server.Composition;

/// <summary>
/// Documents kept as text or Markdown files in one folder; the id is the file's name without its ending. A client's id is only compared, never made a
/// path.
/// </summary>
internal sealed class FolderDocuments(string folder) : IDocumentTexts
{
    private static readonly string[] Endings = [".md", ".txt"];

    public async ValueTask<DocumentText?> FindAsync(string documentId, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var file = Directory.EnumerateFiles(folder)
            .FirstOrDefault(path => Endings.Contains(Path.GetExtension(path)) && Path.GetFileNameWithoutExtension(path) == documentId);
        return file is null ? null : new DocumentText(documentId, await File.ReadAllTextAsync(file, cancellationToken));
    }
}
