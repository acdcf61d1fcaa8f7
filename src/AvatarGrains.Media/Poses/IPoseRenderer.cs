using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// Draws the poses of one view: background, padding and figure. One thread at a time; different renderers, also of one rig, may work at the same
/// time. The same key always gives the same pixels, whatever was drawn before.
/// </summary>
public interface IPoseRenderer : IDisposable
{
    AvatarView View { get; }

    /// <summary>Draws one pose.</summary>
    /// <param name="key">Any key of the rig: phase below its loop length, mouth below <see cref="MouthTable.Count"/>.</param>
    /// <param name="bgra">Receives Width × Height × 4 bytes B, G, R, A, rows packed, every pixel opaque.</param>
    void Render(in PoseKey key, Span<byte> bgra);
}
