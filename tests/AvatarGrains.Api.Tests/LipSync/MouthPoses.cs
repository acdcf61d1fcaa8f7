using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.LipSync;

/// <summary>
/// The real poses of an avatar whose head keeps still, so that nothing but the mouth changes from frame to frame; waits for a pose that is
/// not encoded yet, since virtual time leaves no time for it.
/// </summary>
internal sealed class MouthPoses(IPoseSet poses) : IPoseSet
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public AvatarView View => poses.View;

    public AvatarInfo Avatar => poses.Avatar;

    public EncodedPose KeyFrame => poses.KeyFrame;

    public EncodedPose Get(in PoseKey key)
    {
        var still = PoseKey.Base with { Mouth = key.Mouth };
        if (poses.Get(still) is { } there && there.Key == still)
        {
            return there;
        }

        Assert.True(SpinWait.SpinUntil(() => poses.Get(still).Key == still, Patience), $"{still} was not encoded");
        return poses.Get(still);
    }

    public ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(PoseKey key, CancellationToken cancellationToken) =>
        poses.GetJpegAsync(key, cancellationToken);

    public void Dispose() => poses.Dispose();
}
