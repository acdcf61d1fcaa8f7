using AvatarGrains.Core.Media;

namespace AvatarGrains.Media.Poses;

/// <summary>A pose in the grid of its view, with what the cache needs to know of it.</summary>
internal sealed class PoseEntry(PoseGrid grid, int index, EncodedPose pose)
{
    // The entry (40), the pose (56), the header of its data (24) and its place in the cache's ring (8).
    private const int Overhead = 128;

    private int _lastUse;

    public PoseGrid Grid { get; } = grid;

    public int Index { get; } = index;

    public EncodedPose Pose { get; } = pose;

    public long Bytes => Pose.Data.Length + Overhead;

    /// <summary>When the pose was last used, in poses added to the cache since the start.</summary>
    public int LastUse => Volatile.Read(ref _lastUse);

    /// <summary>Marks the pose as used at <paramref name="now"/>. Written only when that changes, to leave the cache line shared.</summary>
    public void Touch(int now)
    {
        if (Volatile.Read(ref _lastUse) != now)
        {
            Volatile.Write(ref _lastUse, now);
        }
    }
}
