using AvatarGrains.Core.Media;

namespace AvatarGrains.Media.Backgrounds;

/// <summary>The pictures of one folder, each known by its file name without extension. Read once; thread-safe.</summary>
public sealed class FolderBackgrounds : IBackgroundImages, IBackgroundPictures
{
    private static readonly string[] Extensions = [".svg", ".png", ".jpg", ".jpeg"];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);

    /// <param name="folder">Usually <c>models/backgrounds</c>; may be absent, then there are no pictures.</param>
    public FolderBackgrounds(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
            {
                _files[Path.GetFileNameWithoutExtension(file)] = File.ReadAllBytes(file);
            }
        }
    }

    /// <summary>The ids there are, in order.</summary>
    public IReadOnlyList<string> Ids => [.. _files.Keys];

    public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string id, CancellationToken cancellationToken) =>
        // Without its type, null would convert to an empty array and so to an empty picture.
        new(_files.TryGetValue(id, out var file) ? file : default(ReadOnlyMemory<byte>?));
}
