using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>The face of speech whose voice gives no times.</summary>
public sealed class FaceTrackTests
{
    [Fact]
    public void Track_has_a_pose_for_every_40_ms_and_visemes_without_gaps()
    {
        var loud = Enumerable.Range(0, 16000).Select(i => (short)(i < 8000 ? 0 : 12000 * Math.Sin(i * 0.2))).ToArray();
        var track = FaceTrackMaker.Make(new PcmBlock(loud, 16000), []);
        Assert.Equal((25, 1000L, 25), (track.Fps, track.DurationMs, track.Poses.Count));
        Assert.Equal(0, track.Visemes[0].StartMs);
        Assert.Equal(1000, track.Visemes[^1].EndMs);
        Assert.All(track.Visemes.Zip(track.Visemes.Skip(1)), pair => Assert.Equal(pair.First.EndMs, pair.Second.StartMs));
        Assert.True(track.Poses[18].Jaw > track.Poses[5].Jaw, "the mouth opens where the speech is loud");
    }
}
