using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Core.Media;

/// <summary>One encoded video frame. Immutable and shared by all sessions.</summary>
/// <param name="Key">The pose it shows.</param>
/// <param name="IsKeyFrame">True for the golden frame every other pose of the set predicts from.</param>
/// <param name="Data">VP8 bitstream.</param>
public sealed record EncodedPose(PoseKey Key, bool IsKeyFrame, ReadOnlyMemory<byte> Data);

/// <summary>The encoded poses of one <see cref="AvatarView"/>. Thread-safe; shared by every session with that view.</summary>
public interface IPoseSet : IDisposable
{
    AvatarView View { get; }

    AvatarInfo Avatar { get; }

    /// <summary>The golden key frame, showing <see cref="PoseKey.Base"/>.</summary>
    EncodedPose KeyFrame { get; }

    /// <summary>
    /// The pose when it is encoded, else the nearest one that is (at worst the base pose) while the asked one is put in line for encoding.
    /// Never blocks and, once a pose is encoded, never allocates.
    /// </summary>
    EncodedPose Get(in PoseKey key);

    /// <summary>
    /// Says that a pose is due soon, so that it can be encoded in time; the soonest due is encoded first. Half a second ahead is enough for
    /// a pose that nobody has asked for yet. Never blocks, never allocates; does nothing for a pose that is encoded.
    /// </summary>
    /// <param name="key">The pose.</param>
    /// <param name="framesAhead">Frames of 40 ms until it is due.</param>
    void Prepare(in PoseKey key, int framesAhead)
    {
    }

    /// <summary>The pose as a JPEG picture (for dialects that send pictures). Draws it when it is not cached.</summary>
    ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(PoseKey key, CancellationToken cancellationToken);
}

/// <summary>The process-wide, bounded library of encoded poses.</summary>
public interface IPoseLibrary
{
    /// <summary>The avatars found, in display order.</summary>
    IReadOnlyList<AvatarInfo> Avatars { get; }

    /// <summary>
    /// Opens the pose set of a view, encoding its key frame when nobody has yet. Dispose the returned lease when done.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such avatar or background.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Size or padding outside the documented range.</exception>
    ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken);
}
