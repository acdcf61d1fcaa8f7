namespace AvatarGrains.Media.Backgrounds;

/// <summary>The pictures a view can name as its background. Thread-safe.</summary>
public interface IBackgroundImages
{
    /// <summary>The picture's file (PNG, JPEG or SVG), or null when there is none of that id.</summary>
    /// <param name="id">As in <see cref="Core.Avatars.AvatarView.Background"/>; comes from clients, so it is never used as a path.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    ValueTask<ReadOnlyMemory<byte>?> FindAsync(string id, CancellationToken cancellationToken);
}
