using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Tests.Rigs;

public sealed class LayerStackTests
{
    [Theory]
    [MemberData(nameof(ShippedRigs.All), MemberType = typeof(ShippedRigs))]
    public void Picture_painted_over_others_is_the_picture_painted_first(string name)
    {
        var rig = ShippedRigs.Get(name);
        using var worn = ShippedRigs.Renderer(rig, 200, 240);
        var random = new Random(11);
        for (var i = 0; i < 12; i++)
        {
            // From one pose to the next one part changes, as in play, or all.
            var key = new PoseKey((ushort)random.Next(rig.Info.LoopFrames), Eyes.Open, (byte)random.Next(MouthTable.Count), Expression.Neutral, 0);
            ShippedRigs.Draw(worn, key);
            key = random.Next(3) switch
            {
                0 => key with { Mouth = (byte)random.Next(MouthTable.Count) },
                1 => key with { Eyes = (Eyes)random.Next(6) },
                _ => key with { Accent = 3, Expression = Expression.Joy },
            };
            using var fresh = ShippedRigs.Renderer(rig, 200, 240);
            Assert.Equal(ShippedRigs.Draw(fresh, key), ShippedRigs.Draw(worn, key));
        }
    }
}
