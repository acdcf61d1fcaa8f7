namespace AvatarGrains.Media.Backgrounds;

/// <summary>Several sources of pictures as one; the first that has an id gives it.</summary>
public sealed class LayeredBackgrounds(params IReadOnlyList<IBackgroundImages> sources) : IBackgroundImages
{
    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string id, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.FindAsync(id, cancellationToken) is { } file)
            {
                return file;
            }
        }

        return null;
    }
}
