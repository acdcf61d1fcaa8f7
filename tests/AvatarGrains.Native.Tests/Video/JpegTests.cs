using AvatarGrains.Native.TurboJpeg;

namespace AvatarGrains.Native.Tests.Video;

public sealed class JpegTests
{
    public JpegTests()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("turbojpeg"), "libturbojpeg is not installed");
        Assert.SkipUnless(NativeResolver.IsAvailable("cairo"), "cairo is not installed");
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(66, 98)]
    [InlineData(512, 512)]
    public void Picture_survives_a_round_trip(int width, int height)
    {
        var picture = FaceDrawing.Draw(width, height, 4, 0.5);
        using var encoder = new JpegEncoder();
        var jpeg = encoder.Encode(picture, width, height, 90);
        var back = JpegDecoder.Decode(jpeg, out var decodedWidth, out var decodedHeight);
        Assert.Equal((width, height), (decodedWidth, decodedHeight));
        Assert.True(FaceDrawing.Psnr(picture, back) >= 32);
    }

    [Fact]
    public void Rubbish_is_refused()
    {
        Assert.Throws<JpegException>(() => JpegDecoder.Decode([], out _, out _));
        Assert.Throws<JpegException>(() => JpegDecoder.Decode([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5], out _, out _));
    }
}
