using AvatarGrains.Core.Storage;
using AvatarGrains.Media.Backgrounds;

namespace AvatarGrains.Server.Composition;

/// <summary>The pictures that tenants keep. Ids are unguessable, and the dialect has looked whose they are.</summary>
internal sealed class LibraryBackgrounds(ILibraryStore library) : IBackgroundImages
{
    public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string id, CancellationToken cancellationToken) =>
        library.ReadContentAsync(LibraryKind.Background, id, cancellationToken);
}
