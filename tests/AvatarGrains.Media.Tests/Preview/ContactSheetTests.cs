using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Preview;
using AvatarGrains.Media.Tests.Poses;
using AvatarGrains.Native;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Tests.Preview;

public sealed class ContactSheetTests
{
    public ContactSheetTests() => Assert.SkipUnless(NativeResolver.IsAvailable("cairo"), "cairo is not installed");

    [Fact]
    public void Sheet_shows_every_part_and_is_a_picture()
    {
        using var png = new MemoryStream();
        ContactSheet.Write(new DrawnRigs(), DrawnRigs.Name, png, cell: 64);
        using var sheet = CairoSurface.FromPng(png.ToArray());
        Assert.Equal((2 * 16) + (8 * 72) - 8, sheet.Width);
        Assert.Equal((2 * 16) + (6 * 40) + (10 * 94), sheet.Height);
    }

    [Fact]
    public void Strip_shows_one_cell_per_frame()
    {
        using var png = new MemoryStream();
        ContactSheet.WriteSpeech(new DrawnRigs(), DrawnRigs.Name, [FaceFrame.Rest, new FaceFrame(30, Expression.Joy, 2)], ["h", "a"], png, cell: 64);
        using var strip = CairoSurface.FromPng(png.ToArray());
        Assert.Equal((2 * 16) + 40 + 94, strip.Height);
    }

    [Fact]
    public void Unknown_avatar_and_unfit_size_are_refused()
    {
        Assert.Throws<KeyNotFoundException>(() => ContactSheet.Write(new DrawnRigs(), "nobody", Stream.Null));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Write(new DrawnRigs(), DrawnRigs.Name, Stream.Null, cell: 63));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.WriteSpeech(new DrawnRigs(), DrawnRigs.Name, [], null, Stream.Null));
    }
}
