using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;

namespace AvatarGrains.Media.Poses;

/// <summary>The characters that can be drawn. Thread-safe.</summary>
public interface IAvatarRigs
{
    /// <summary>In display order.</summary>
    IReadOnlyList<AvatarInfo> Avatars { get; }

    /// <summary>Makes a renderer for a view of a known avatar with sizes and paddings already checked.</summary>
    /// <param name="view">What to draw.</param>
    /// <param name="background">What to draw it on; alive as long as the renderer, which does not dispose it.</param>
    /// <exception cref="KeyNotFoundException">There is no such avatar.</exception>
    IPoseRenderer CreateRenderer(AvatarView view, ViewBackground background);
}
