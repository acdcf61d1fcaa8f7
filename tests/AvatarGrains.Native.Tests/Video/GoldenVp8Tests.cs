using AvatarGrains.Native.Vpx;

namespace AvatarGrains.Native.Tests.Video;

public sealed class GoldenVp8Tests
{
    public GoldenVp8Tests()
    {
        Assert.SkipUnless(NativeResolver.IsAvailable("vpx"), "libvpx is not installed");
        Assert.SkipUnless(NativeResolver.IsAvailable("cairo"), "cairo is not installed");
    }

    [Fact]
    public void Poses_decode_in_any_order()
    {
        const int Size = 256;
        using var encoder = new GoldenVp8Encoder(Size, Size);
        using var decoder = new Vp8Decoder();
        var key = encoder.EncodeKeyFrame(FaceDrawing.Draw(Size, Size, 0, 0));
        var pictures = Enumerable.Range(0, 64).Select(i => FaceDrawing.Draw(Size, Size, i * 3, i % 5 / 4.0)).ToArray();
        var frames = pictures.Select(p => encoder.EncodePose(p)).ToArray();
        Assert.True(decoder.Decode(key));
        var decoded = new byte[Size * Size * 4];
        var random = new Random(7);
        var first = new Dictionary<int, byte[]>();
        for (var i = 0; i < 400; i++)
        {
            var pose = random.Next(frames.Length);
            Assert.True(decoder.Decode(frames[pose]));
            decoder.CopyBgra(decoded);
            if (first.TryGetValue(pose, out var earlier))
            {
                Assert.True(decoded.AsSpan().SequenceEqual(earlier), $"pose {pose} decoded differently after other poses");
                continue;
            }

            first[pose] = decoded.ToArray();
            var psnr = FaceDrawing.Psnr(pictures[pose], decoded);
            Assert.True(psnr >= 37, $"pose {pose}: {psnr:F1} dB");
        }
    }

    [Fact]
    public void Key_frame_stays_the_reference_through_a_long_run_of_still_and_moving_pictures()
    {
        using var encoder = new GoldenVp8Encoder(96, 96);
        using var far = new Vp8Decoder();
        using var near = new Vp8Decoder();
        var key = encoder.EncodeKeyFrame(FaceDrawing.Draw(96, 96, 0, 0));
        Assert.True(far.Decode(key));
        Assert.True(near.Decode(key));
        var pictures = Enumerable.Range(0, 40).Select(i => FaceDrawing.Draw(96, 96, i, i % 2)).ToArray();
        byte[] fromFar = new byte[96 * 96 * 4], fromNear = new byte[96 * 96 * 4];
        for (var i = 0; i < 3000; i++)
        {
            var frame = encoder.EncodePose(pictures[i < 1500 ? 3 : i % 40]);
            Assert.True(far.Decode(frame));
            if (i % 100 == 99)
            {
                Assert.True(near.Decode(key));
                Assert.True(near.Decode(frame));
                far.CopyBgra(fromFar);
                near.CopyBgra(fromNear);
                Assert.True(fromFar.AsSpan().SequenceEqual(fromNear), $"frame {i} depends on an earlier one");
            }
        }
    }

    [Fact]
    public void Equal_pictures_give_an_equal_key_frame_in_every_encoder_whatever_came_before()
    {
        var picture = FaceDrawing.Draw(128, 96, 0, 0);
        using var one = new GoldenVp8Encoder(128, 96);
        using var two = new GoldenVp8Encoder(128, 96);
        var key = one.EncodeKeyFrame(picture);
        one.EncodePose(FaceDrawing.Draw(128, 96, 5, 1));
        Assert.Equal(key, two.EncodeKeyFrame(picture));
        Assert.Equal(key, one.EncodeKeyFrame(picture));
    }

    [Fact]
    public void Poses_of_one_encoder_decode_on_the_key_frame_of_another()
    {
        using var one = new GoldenVp8Encoder(160, 160);
        using var two = new GoldenVp8Encoder(160, 160);
        using var decoder = new Vp8Decoder();
        var open = FaceDrawing.Draw(160, 160, 9, 1);
        Assert.True(decoder.Decode(one.EncodeKeyFrame(FaceDrawing.Draw(160, 160, 0, 0))));
        two.EncodeKeyFrame(FaceDrawing.Draw(160, 160, 0, 0));
        Assert.True(decoder.Decode(two.EncodePose(open)));
        var decoded = new byte[160 * 160 * 4];
        decoder.CopyBgra(decoded);
        Assert.True(FaceDrawing.Psnr(open, decoded) >= 36);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(66, 98)]
    [InlineData(250, 374)]
    [InlineData(1080, 1920)]
    [InlineData(1920, 1080)]
    public void Any_even_size_is_encoded(int width, int height)
    {
        using var encoder = new GoldenVp8Encoder(width, height);
        using var decoder = new Vp8Decoder();
        Assert.True(decoder.Decode(encoder.EncodeKeyFrame(FaceDrawing.Draw(width, height, 0, 0))));
        var picture = FaceDrawing.Draw(width, height, 10, 0.7);
        Assert.True(decoder.Decode(encoder.EncodePose(picture)));
        Assert.Equal((width, height), (decoder.Width, decoder.Height));
        var decoded = new byte[width * height * 4];
        decoder.CopyBgra(decoded);
        Assert.True(FaceDrawing.Psnr(picture, decoded) >= 31, $"{FaceDrawing.Psnr(picture, decoded):F1} dB");
    }

    [Fact]
    public void Pose_before_the_key_frame_is_refused()
    {
        using var encoder = new GoldenVp8Encoder(64, 64);
        Assert.Throws<InvalidOperationException>(() => encoder.EncodePose(new byte[64 * 64 * 4]));
    }

    [Theory]
    [InlineData(63, 64)]
    [InlineData(64, 0)]
    [InlineData(20000, 64)]
    public void Size_outside_the_format_is_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoldenVp8Encoder(width, height));

    [Fact]
    public void Rubbish_is_not_decoded()
    {
        using var decoder = new Vp8Decoder();
        var random = new Random(3);
        var rubbish = new byte[200];
        for (var i = 0; i < 300; i++)
        {
            random.NextBytes(rubbish);
            rubbish[0] |= 1;
            Assert.False(decoder.Decode(rubbish.AsSpan(0, random.Next(rubbish.Length))));
        }
    }

    [Fact]
    public void Colours_survive_the_conversion()
    {
        foreach (var color in (uint[])[0xff000000, 0xffffffff, 0xffff0000, 0xff00ff00, 0xff0000ff, 0xff808080, 0xffc08040])
        {
            foreach (var width in (int[])[2, 8, 34, 70])
            {
                var bgra = new byte[width * 2 * 4];
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bgra.AsSpan()).Fill(color);
                var y = new byte[width * 2];
                var u = new byte[width / 2];
                var v = new byte[width / 2];
                I420.FromBgra(bgra, width, 2, y, width, u, v, width / 2);
                var back = new byte[bgra.Length];
                I420.ToBgra(y, width, u, v, width / 2, width, 2, back);
                Assert.All(Enumerable.Range(0, bgra.Length), i => Assert.InRange(Math.Abs(bgra[i] - back[i]), 0, 3));
            }
        }
    }

    [Fact]
    public void Wide_and_narrow_conversion_agree()
    {
        var random = new Random(11);
        var wide = new byte[64 * 2 * 4];
        random.NextBytes(wide);
        var y = new byte[64 * 2];
        var u = new byte[32];
        var v = new byte[32];
        I420.FromBgra(wide, 64, 2, y, 64, u, v, 32);
        for (var x = 0; x < 64; x += 2)
        {
            var block = new byte[16];
            wide.AsSpan(x * 4, 8).CopyTo(block);
            wide.AsSpan((64 + x) * 4, 8).CopyTo(block.AsSpan(8));
            byte[] y2 = new byte[4], u2 = new byte[1], v2 = new byte[1];
            I420.FromBgra(block, 2, 2, y2, 2, u2, v2, 1);
            Assert.Equal((y[x], y[x + 1], y[64 + x], y[64 + x + 1], u[x / 2], v[x / 2]), (y2[0], y2[1], y2[2], y2[3], u2[0], v2[0]));
        }
    }
}
