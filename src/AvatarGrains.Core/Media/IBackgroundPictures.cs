namespace AvatarGrains.Core.Media;

/// <summary>The pictures that come with the server, for every tenant. Thread-safe.</summary>
public interface IBackgroundPictures
{
    /// <summary>Their ids, in order.</summary>
    IReadOnlyList<string> Ids { get; }

    /// <summary>The picture's file (PNG, JPEG or SVG), or null when there is none of that id.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindAsync(string id, CancellationToken cancellationToken);
}
