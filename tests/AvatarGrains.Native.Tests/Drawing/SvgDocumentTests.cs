using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.Rsvg;

namespace AvatarGrains.Native.Tests.Drawing;

public sealed class SvgDocumentTests
{
    private const string TwoSquares = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
          <rect id="red" x="0" y="0" width="50" height="50" fill="#ff0000"/>
          <g id="both"><rect id="blue" x="50" y="50" width="50" height="50" fill="#0000ff"/></g>
        </svg>
        """;

    public SvgDocumentTests()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("rsvg-2"), "librsvg is not installed");
        Assert.SkipUnless(NativeResolver.IsAvailable("cairo"), "cairo is not installed");
    }

    [Fact]
    public void Document_is_drawn_at_the_size_asked_for()
    {
        using var document = SvgDocument.Parse(TwoSquares);
        using var surface = document.ToSurface(200, 200);
        Assert.Equal(0xffff0000u, At(surface, 10, 10));
        Assert.Equal(0xff0000ffu, At(surface, 190, 190));
        Assert.Equal(0u, At(surface, 150, 50));
    }

    [Fact]
    public void Layer_is_drawn_alone_where_it_stands()
    {
        using var document = SvgDocument.Parse(TwoSquares);
        using var surface = CairoSurface.Create(100, 100);
        using (var canvas = new CairoCanvas(surface))
        {
            document.RenderLayer(canvas, "both", new SvgRectangle(0, 0, 100, 100));
        }

        Assert.Equal(0u, At(surface, 10, 10));
        Assert.Equal(0xff0000ffu, At(surface, 75, 75));
        Assert.Equal(new SvgRectangle(50, 50, 50, 50), document.InkOf("blue", new SvgRectangle(0, 0, 100, 100)));
        Assert.True(document.Has("red"));
        Assert.False(document.Has("green"));
    }

    [Fact]
    public void Style_sheet_hides_a_part()
    {
        using var document = SvgDocument.Parse(TwoSquares);
        document.SetStyleSheet("#red { display: none }");
        using var surface = document.ToSurface(100, 100);
        Assert.Equal(0u, At(surface, 10, 10));
        Assert.Equal(0xff0000ffu, At(surface, 75, 75));
    }

    [Fact]
    public void Unknown_layer_is_refused()
    {
        using var document = SvgDocument.Parse(TwoSquares);
        using var surface = CairoSurface.Create(10, 10);
        using var canvas = new CairoCanvas(surface);
        Assert.Throws<SvgException>(() => document.RenderLayer(canvas, "green", new SvgRectangle(0, 0, 10, 10)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not xml")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><rect")]
    [InlineData("<html/>")]
    public void Broken_text_is_refused(string text) => Assert.Throws<SvgException>(() =>
    {
        using var document = SvgDocument.Parse(text);
        using var surface = document.ToSurface(10, 10);
    });

    [Fact]
    public void Pictures_come_from_data_addresses_only()
    {
        using var red = CairoSurface.Create(8, 8);
        using (var canvas = new CairoCanvas(red))
        {
            canvas.Paint(CairoColor.FromRgb(0xff0000));
        }

        var folder = Directory.CreateTempSubdirectory("avatargrains");
        try
        {
            var file = Path.Combine(folder.FullName, "red.png");
            File.WriteAllBytes(file, red.ToPng());
            Assert.Equal(0u, Centre(file));
            Assert.Equal(0u, Centre(new Uri(file).AbsoluteUri));
            Assert.Equal(0xffff0000u, Centre("data:image/png;base64," + Convert.ToBase64String(red.ToPng())));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static uint Centre(string address)
        {
            using var document = SvgDocument.Parse($"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' "
                + $"viewBox='0 0 8 8'><image width='8' height='8' xlink:href='{address}'/></svg>");
            using var surface = document.ToSurface(8, 8);
            return At(surface, 4, 4);
        }
    }

    [Fact]
    public void Png_survives_a_round_trip_and_rubbish_is_refused()
    {
        using var document = SvgDocument.Parse(TwoSquares);
        using var surface = document.ToSurface(33, 21);
        using var again = CairoSurface.FromPng(surface.ToPng());
        Assert.Equal(surface.Pixels, again.Pixels);
        Assert.Throws<CairoException>(() => CairoSurface.FromPng(new byte[] { 1, 2, 3 }));
    }

    [Fact]
    public void Surface_is_painted_through_an_affine_map()
    {
        using var document = SvgDocument.Parse(TwoSquares);
        using var source = document.ToSurface(100, 100);
        using var target = CairoSurface.Create(100, 100);
        using (var canvas = new CairoCanvas(target))
        {
            var halfTurn = CairoMatrix.Translation(-50, -50).Then(CairoMatrix.Rotation(Math.PI)).Then(CairoMatrix.Translation(50, 50));
            canvas.PaintSurface(source, halfTurn, CairoFilter.Bilinear);
            canvas.ThrowIfFailed();
        }

        Assert.Equal(0xff0000ffu, At(target, 25, 25));
        Assert.Equal(0xffff0000u, At(target, 75, 75));
    }

    private static uint At(CairoSurface surface, int x, int y) =>
        BitConverter.ToUInt32(surface.Pixels[((y * surface.Stride) + (x * 4))..]);
}
