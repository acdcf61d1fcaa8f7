using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Tests.Rigs;

public sealed class RigRendererTests
{
    private static readonly PoseKey Speaking = new(17, Eyes.Half, MouthTable.IndexOf(Viseme.OH, 2), Expression.Joy, 2);

    [Fact]
    public void Same_key_gives_same_pixels_whatever_was_drawn_before()
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        using var one = ShippedRigs.Renderer(rig, 160, 120);
        using var other = ShippedRigs.Renderer(rig, 160, 120);
        var expected = ShippedRigs.Draw(one, Speaking);
        for (byte mouth = 0; mouth < MouthTable.Count; mouth += 5)
        {
            ShippedRigs.Draw(other, new PoseKey(mouth, Eyes.Open, mouth, Expression.Sorrow, 0));
        }

        Assert.Equal(expected, ShippedRigs.Draw(other, Speaking));
    }

    [Fact]
    public void Renderers_of_one_rig_work_at_the_same_time()
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        using var alone = ShippedRigs.Renderer(rig, 128, 128);
        var expected = ShippedRigs.Draw(alone, Speaking);
        Parallel.For(0, 4, _ =>
        {
            using var renderer = ShippedRigs.Renderer(rig, 128, 128);
            Assert.Equal(expected, ShippedRigs.Draw(renderer, Speaking));
        });
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(1080, 1920)]
    [InlineData(1280, 720)]
    [InlineData(1920, 64)]
    [InlineData(64, 1920)]
    public void Any_size_shows_figure_and_background(int width, int height)
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        using var renderer = ShippedRigs.Renderer(rig, width, height);
        var picture = ShippedRigs.Draw(renderer, PoseKey.Base);
        var figure = Enumerable.Range(0, width * height).Count(i => picture[(i * 4) + 1] != picture[1] || picture[i * 4] != picture[0]);
        Assert.InRange(figure / (double)(width * height), 0.01, 1);
    }

    [Fact]
    public void Padding_height_zero_leaves_the_background_alone()
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        using var renderer = ShippedRigs.Renderer(rig, 64, 64, change: v => v with { PaddingHeight = 0 });
        var picture = ShippedRigs.Draw(renderer, PoseKey.Base);
        Assert.All(Enumerable.Range(0, 64 * 64), i => Assert.Equal(picture.AsSpan(0, 4).ToArray(), picture.AsSpan(i * 4, 4).ToArray()));
    }

    [Fact]
    public void Padding_moves_the_figure_by_fractions_of_the_view()
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        using var middle = ShippedRigs.Renderer(rig, 200, 200);
        using var moved = ShippedRigs.Renderer(rig, 200, 200, change: v => v with { PaddingLeft = 0.1, PaddingTop = 0.2 });
        var a = ShippedRigs.Draw(middle, PoseKey.Base);
        var b = ShippedRigs.Draw(moved, PoseKey.Base);
        var differing = 0;
        for (var y = 0; y < 160; y++)
        {
            for (var x = 0; x < 180; x++)
            {
                var (from, to) = (((y * 200) + x) * 4, (((y + 40) * 200) + x + 20) * 4);
                differing += Math.Abs(a[from] - b[to]) + Math.Abs(a[from + 1] - b[to + 1]) > 6 ? 1 : 0;
            }
        }

        Assert.InRange(differing, 0, 160 * 180 / 100);
    }

    [Fact]
    public void Picture_behind_the_figure_is_shown_as_given()
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        var image = CairoSurface.Create(128, 128);
        using (var canvas = new CairoCanvas(image))
        {
            canvas.Paint(new CairoColor(1, 0, 0, 1));
        }

        using var background = ViewBackground.FromImage(image);
        using var renderer = ShippedRigs.Renderer(rig, 128, 128, background);
        Assert.Equal([0, 0, 255, 255], ShippedRigs.Draw(renderer, PoseKey.Base).AsSpan(0, 4).ToArray());
    }

    [Fact]
    public void Phase_beyond_the_loop_is_refused()
    {
        var rig = ShippedRigs.Get(ShippedRigs.Names[0]);
        using var renderer = ShippedRigs.Renderer(rig, 64, 64);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ShippedRigs.Draw(renderer, new PoseKey((ushort)rig.Info.LoopFrames, Eyes.Open, 0, Expression.Neutral, 0)));
    }
}
