using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Core.Tests.Avatars;

public sealed class MouthTableTests
{
    [Fact]
    public void Index_of_every_viseme_and_level_round_trips()
    {
        var seen = new HashSet<byte> { MouthTable.IndexOf(Viseme.Sil) };
        foreach (var viseme in Enum.GetValues<Viseme>().Where(v => v != Viseme.Sil))
        {
            for (var level = 1; level <= MouthTable.Levels; level++)
            {
                var index = MouthTable.IndexOf(viseme, level);
                Assert.Equal(1 + (((int)viseme - 1) * 3) + level - 1, index);
                Assert.Equal(viseme, MouthTable.VisemeOf(index));
                Assert.Equal(level, MouthTable.LevelOf(index));
                Assert.True(seen.Add(index));
            }
        }

        Assert.Equal(MouthTable.Count, seen.Count);
        Assert.Equal(43, MouthTable.Count);
    }

    [Fact]
    public void Nearest_of_every_shape_is_itself()
    {
        for (byte i = 0; i < MouthTable.Count; i++)
        {
            Assert.Equal(i, MouthTable.Nearest(MouthTable.Shape(i)));
        }
    }

    [Fact]
    public void Nearest_with_hysteresis_stays_until_clearly_nearer()
    {
        var half = MouthTable.IndexOf(Viseme.AA, 2);
        var full = MouthTable.IndexOf(Viseme.AA, 3);
        var between = MouthShape.Lerp(MouthTable.Shape(half), MouthTable.Shape(full), 0.55f);
        Assert.Equal(full, MouthTable.Nearest(between));
        Assert.Equal(half, MouthTable.Nearest(between, half, 0.15f));
        Assert.Equal(full, MouthTable.Nearest(MouthTable.Shape(full), half, 0.15f));
    }

    [Fact]
    public void Distance_is_symmetric_and_separates_all_mouths()
    {
        for (byte a = 0; a < MouthTable.Count; a++)
        {
            for (byte b = 0; b < MouthTable.Count; b++)
            {
                Assert.Equal(MouthTable.Distance(a, b), MouthTable.Distance(b, a));
                Assert.Equal(a == b, MouthTable.Distance(a, b) == 0);
            }
        }
    }

    [Fact]
    public void Index_outside_the_table_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MouthTable.Shape(MouthTable.Count));
}
