using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.Pictures;

namespace AvatarGrains.Native.Tests.Pictures;

public sealed class SpriteTests
{
    private const int Width = 90;
    private const int Height = 70;

    [Fact]
    public void Sprite_is_painted_as_cairo_paints_its_picture()
    {
        var random = new Random(1);
        for (var round = 0; round < 12; round++)
        {
            using var picture = Picture(random);
            var map = Map(random);
            using var surface = CairoSurface.Create(Width, Height);
            using (var canvas = new CairoCanvas(surface))
            {
                canvas.Paint(CairoColor.FromRgb(0x3f7a51));
                canvas.PaintSurface(picture, map, CairoFilter.Bilinear);
                canvas.ThrowIfFailed();
            }

            var painted = Canvas(0xff3f7a51);
            var sprite = Sprite.From(picture);
            painted.Paint(sprite, SpritePlace.Of(sprite, map), 0, 0, Width, Height);
            var expected = new byte[Width * Height * 4];
            surface.CopyTo(expected);
            var worst = expected.Zip(painted.Bgra.ToArray(), (a, b) => Math.Abs(a - b)).Max();
            Assert.True(worst <= 6, $"round {round}: differs by {worst}");
        }
    }

    [Fact]
    public void Painting_by_parts_gives_what_painting_at_once_gives()
    {
        var random = new Random(2);
        for (var round = 0; round < 12; round++)
        {
            using var picture = Picture(random);
            var sprite = Sprite.From(picture);
            var place = SpritePlace.Of(sprite, Map(random));
            var whole = Canvas(0xff102030);
            whole.Paint(sprite, place, 0, 0, Width, Height);
            var parts = Canvas(0xff102030);
            var (column, row) = (random.Next(1, Width), random.Next(1, Height));
            parts.Paint(sprite, place, 0, 0, column, row);
            parts.Paint(sprite, place, column, 0, Width - column, row);
            parts.Paint(sprite, place, 0, row, column, Height - row);
            parts.Paint(sprite, place, column, row, Width - column, Height - row);
            Assert.Equal(whole.Bgra, parts.Bgra);
        }
    }

    [Fact]
    public void Coverage_says_none_or_full_only_where_that_is_so()
    {
        var random = new Random(3);
        var seen = new int[3];
        for (var round = 0; round < 300; round++)
        {
            using var picture = Picture(random);
            var sprite = Sprite.From(picture);
            var place = SpritePlace.Of(sprite, Map(random));
            var (x, y) = (random.Next(Width - 8), random.Next(Height - 8));
            var coverage = sprite.CoverageOf(place, x, y, 8, 8);
            seen[(int)coverage]++;
            var dark = Canvas(0xff000000);
            var light = Canvas(0xffffffff);
            var untouched = dark.Bgra.ToArray();
            dark.Paint(sprite, place, x, y, 8, 8);
            light.Paint(sprite, place, x, y, 8, 8);
            if (coverage == Coverage.None)
            {
                Assert.Equal(untouched, dark.Bgra);
            }
            else if (coverage == Coverage.Full)
            {
                for (var row = y; row < y + 8; row++)
                {
                    var at = ((row * Width) + x) * 4;
                    Assert.Equal(light.Bgra.Slice(at, 32), dark.Bgra.Slice(at, 32));
                }
            }
        }

        Assert.All(seen, count => Assert.True(count > 4));
    }

    [Fact]
    public void Picture_without_ink_is_an_empty_sprite()
    {
        NativeFact.Require("cairo");
        using var nothing = CairoSurface.Create(20, 10);
        var sprite = Sprite.From(nothing);
        Assert.True(sprite.IsEmpty);
        var place = SpritePlace.Of(sprite, CairoMatrix.Identity);
        Assert.Equal(Coverage.None, sprite.CoverageOf(place, 0, 0, 20, 10));
        var canvas = Canvas(0xff556677);
        canvas.Paint(sprite, place, 0, 0, 20, 10);
        Assert.Equal(Canvas(0xff556677).Bgra, canvas.Bgra);
    }

    [Fact]
    public void Rectangle_outside_the_canvas_is_refused()
    {
        var canvas = new PixelCanvas(8, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => canvas.CopyFrom(new PixelCanvas(8, 8), 4, 0, 5, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => canvas.CopyFrom(new PixelCanvas(8, 8), 0, -1, 8, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => canvas.CopyFrom(new PixelCanvas(9, 8), 0, 0, 8, 8));
    }

    private static CairoSurface Picture(Random random)
    {
        NativeFact.Require("cairo");
        var surface = CairoSurface.Create(random.Next(20, 80), random.Next(20, 80));
        using var canvas = new CairoCanvas(surface);
        for (var i = 0; i < 3; i++)
        {
            canvas.Ellipse(random.Next(surface.Width), random.Next(surface.Height), random.Next(5, 40), random.Next(5, 40));
            canvas.Fill(new CairoColor(random.NextDouble(), random.NextDouble(), random.NextDouble(), i == 0 ? 1 : random.NextDouble()));
            canvas.NewPath();
        }

        return surface;
    }

    private static CairoMatrix Map(Random random) => CairoMatrix.Scaling(0.6 + random.NextDouble(), 0.6 + random.NextDouble())
        .Then(CairoMatrix.Rotation((random.NextDouble() - 0.5) * 0.6))
        .Then(CairoMatrix.Translation((random.NextDouble() * 60) - 15, (random.NextDouble() * 40) - 15));

    private static PixelCanvas Canvas(uint color)
    {
        var pixels = new uint[Width * Height];
        Array.Fill(pixels, color);
        var canvas = new PixelCanvas(Width, Height);
        canvas.Load(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()), Width * 4);
        return canvas;
    }
}
