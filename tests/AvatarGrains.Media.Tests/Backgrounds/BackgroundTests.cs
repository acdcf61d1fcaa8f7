using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Tests.Poses;
using AvatarGrains.Native;
using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.TurboJpeg;

namespace AvatarGrains.Media.Tests.Backgrounds;

public sealed class BackgroundTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public BackgroundTests()
    {
        foreach (var library in (string[])["cairo", "rsvg-2", "turbojpeg"])
        {
            Assert.SkipUnless(NativeResolver.IsAvailable(library), $"lib{library} is not installed");
        }
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("svg")]
    public async Task Picture_of_any_kind_covers_the_view(string kind)
    {
        using var resolved = await new BackgroundResolver(new One(Green(kind))).ResolveAsync(
            PoseLibraryFixture.Small with { Width = 200, Background = "x" }, Token);
        Assert.Equal((200, 96), (resolved.Image!.Width, resolved.Image.Height));
        foreach (var (x, y) in ((int, int)[])[(0, 0), (199, 95), (100, 50)])
        {
            var pixel = resolved.Image.Pixels.Slice((y * resolved.Image.Stride) + (x * 4), 4).ToArray();
            Assert.InRange(pixel[0], 0, 12);
            Assert.InRange(pixel[1], 190, 210);
            Assert.InRange(pixel[2], 0, 12);
            Assert.Equal(255, pixel[3]);
        }
    }

    [Fact]
    public async Task Rubbish_and_oversize_are_refused()
    {
        var huge = Green("png");
        huge[16] = 0;
        huge[17] = huge[21] = 2; // 131072 pixels and more each way
        foreach (var file in (byte[][])[[], [1, 2, 3], [0x89, (byte)'P', (byte)'N', (byte)'G', 1], [0xff, 0xd8, 0xff], huge])
        {
            var resolver = new BackgroundResolver(new One(file));
            await Assert.ThrowsAsync<KeyNotFoundException>(
                async () => await resolver.ResolveAsync(PoseLibraryFixture.Small with { Background = "x" }, Token));
        }
    }

    [Fact]
    public async Task Colour_and_nothing_need_no_picture()
    {
        var resolver = new BackgroundResolver(new LayeredBackgrounds());
        using var color = await resolver.ResolveAsync(PoseLibraryFixture.Small with { Background = "#0080ff" }, Token);
        Assert.Equal(CairoColor.FromRgb(0x0080ff), color.Color);
        using var own = await resolver.ResolveAsync(PoseLibraryFixture.Small, Token);
        Assert.True(own.IsRigOwn);
    }

    [Fact]
    public async Task Built_in_backgrounds_are_readable()
    {
        var folder = Path.Combine(Root(), "models", "backgrounds");
        var images = new FolderBackgrounds(folder);
        Assert.Contains("office", images.Ids);
        foreach (var id in images.Ids)
        {
            using var resolved = await new BackgroundResolver(images).ResolveAsync(PoseLibraryFixture.Small with { Background = id }, Token);
            Assert.NotNull(resolved.Image);
        }
    }

    [Fact]
    public async Task Picture_that_one_source_lacks_is_taken_from_the_next()
    {
        var own = new One([1, 2, 3]);
        var found = await new LayeredBackgrounds(new FolderBackgrounds(Path.Combine(Root(), "models", "backgrounds")), own).FindAsync("x", Token);
        Assert.Equal([1, 2, 3], found!.Value.ToArray());
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AvatarGrains.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }

    private static byte[] Green(string kind)
    {
        if (kind == "svg")
        {
            return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'><rect width='40' height='30' fill='#00c800'/></svg>"u8.ToArray();
        }

        using var surface = CairoSurface.Create(40, 30);
        using (var canvas = new CairoCanvas(surface))
        {
            canvas.Paint(CairoColor.FromRgb(0x00c800));
        }

        if (kind == "png")
        {
            return surface.ToPng();
        }

        var bgra = new byte[40 * 30 * 4];
        surface.CopyTo(bgra);
        using var encoder = new JpegEncoder();
        return encoder.Encode(bgra, 40, 30, 95);
    }

    private sealed class One(byte[] file) : IBackgroundImages
    {
        public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string id, CancellationToken cancellationToken) => new(file);
    }
}
