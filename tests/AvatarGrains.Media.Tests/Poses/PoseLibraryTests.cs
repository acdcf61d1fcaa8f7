using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Poses;
using AvatarGrains.Native.TurboJpeg;
using AvatarGrains.Native.Vpx;
using AvatarGrains.Testing;

namespace AvatarGrains.Media.Tests.Poses;

public sealed class PoseLibraryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pose_asked_for_twice_is_exact_the_second_time_and_decodes_in_any_order()
    {
        using var fixture = new PoseLibraryFixture();
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small with { Width = 256, Height = 256 }, Token);
        using var decoder = new Vp8Decoder();
        Assert.True(set.KeyFrame.IsKeyFrame);
        Assert.True(decoder.Decode(set.KeyFrame.Data.Span));
        var random = new Random(5);
        var keys = Enumerable.Range(0, 60).Select(_ => RandomKey(random)).ToArray();
        foreach (var key in keys)
        {
            await fixture.ExactAsync(set, key);
        }

        random.Shuffle(keys);
        foreach (var key in keys)
        {
            var pose = set.Get(key);
            Assert.Equal(key, pose.Key);
            Assert.False(pose.IsKeyFrame);
            Assert.True(decoder.Decode(pose.Data.Span));
            var psnr = PoseLibraryFixture.Psnr(decoder, DrawnRigs.Picture(set.View, key));
            Assert.True(psnr >= 40, $"{key}: {psnr:F1} dB");
        }
    }

    [Fact]
    public async Task Prepared_pose_is_there_when_it_is_due()
    {
        using var fixture = new PoseLibraryFixture();
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var keys = Enumerable.Range(0, 30).Select(i => new PoseKey((ushort)i, Eyes.Open, (byte)(i + 1), Expression.Joy, 1)).ToArray();
        foreach (var key in keys)
        {
            set.Prepare(key, 12);
        }

        // Pictures and poses of a view are made in one line, so a picture asked for after the poses is a barrier once no pose waits.
        while (fixture.Library.Statistics.Encodes < keys.Length + 2)
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }

        await set.GetJpegAsync(PoseKey.Base, Token);
        Assert.All(keys, key => Assert.Equal(key, set.Get(key).Key));
        Assert.Equal(0, fixture.Library.Statistics.Substitutions);
    }

    [Fact]
    public async Task Idle_loop_is_encoded_by_itself()
    {
        using var fixture = new PoseLibraryFixture(new PoseLibraryOptions { Workers = 1 });
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        while (fixture.Library.Statistics.Poses < IdleOrder.Of(set.View, set.Avatar.LoopFrames).Count())
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }

        for (ushort phase = 0; phase < set.Avatar.LoopFrames; phase++)
        {
            Assert.Equal(phase, set.Get(new PoseKey(phase, Eyes.Open, 0, Expression.Neutral, 0)).Key.Phase);
        }
    }

    [Fact]
    public async Task Missing_pose_is_replaced_by_the_nearest_one()
    {
        var rigs = new DrawnRigs();
        using var fixture = new PoseLibraryFixture(rigs: rigs);
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var wide = new PoseKey(3, Eyes.Open, MouthTable.IndexOf(Viseme.AA), Expression.Neutral, 0);
        await fixture.ExactAsync(set, wide);
        await fixture.ExactAsync(set, wide with { Mouth = MouthTable.IndexOf(Viseme.PP) });
        using var gate = new ManualResetEventSlim();
        rigs.Gate = gate;
        Assert.Equal(wide, set.Get(wide with { Mouth = MouthTable.IndexOf(Viseme.AA, 2) }).Key);
        Assert.Equal(wide, set.Get(wide with { Phase = 5, Accent = 1 }).Key);
        Assert.Equal(wide, set.Get(wide with { Phase = 5, Eyes = Eyes.Half }).Key);
        Assert.Equal(PoseKey.Base, set.Get(new PoseKey(20, Eyes.Open, 0, Expression.Neutral, 0)).Key);
        gate.Set();
    }

    [Fact]
    public async Task Lips_move_even_when_the_only_open_mouth_stands_at_the_far_side_of_the_loop()
    {
        var rigs = new DrawnRigs(100);
        using var fixture = new PoseLibraryFixture(rigs: rigs);
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var open = new PoseKey(20, Eyes.Open, MouthTable.IndexOf(Viseme.AA), Expression.Neutral, 0);
        await fixture.ExactAsync(set, open);
        await fixture.ExactAsync(set, open with { Phase = 70, Mouth = 0 });
        using var gate = new ManualResetEventSlim();
        rigs.Gate = gate;
        Assert.Equal(open, set.Get(open with { Phase = 70 }).Key);
        Assert.Equal(open with { Phase = 70, Mouth = 0 }, set.Get(open with { Phase = 70, Mouth = 0 }).Key);
        gate.Set();
    }

    [Fact]
    public async Task Substitute_neither_opens_the_mouth_in_silence_nor_shuts_it_in_a_vowel()
    {
        var rigs = new DrawnRigs(100);
        using var fixture = new PoseLibraryFixture(rigs: rigs);
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var random = new Random(8);
        for (ushort phase = 0; phase < 100; phase += IdleOrder.StationEvery)
        {
            for (byte mouth = 0; mouth < MouthTable.Count; mouth++)
            {
                await fixture.ExactAsync(set, new PoseKey(phase, Eyes.Open, mouth, Expression.Neutral, 0));
            }
        }

        using var gate = new ManualResetEventSlim();
        rigs.Gate = gate;
        for (var i = 0; i < 2000; i++)
        {
            var key = new PoseKey(
                (ushort)random.Next(100), (Eyes)random.Next(6), (byte)random.Next(MouthTable.Count), Expression.Neutral, (byte)random.Next(4));
            var shown = MouthTable.Shape(set.Get(key).Key.Mouth).Jaw;
            var wanted = MouthTable.Shape(key.Mouth).Jaw;
            Assert.True(wanted > 0 || shown < 0.05f, $"{key}: jaw {shown} in silence");
            Assert.True(wanted < 0.3f || shown > 0.2f, $"{key}: jaw {shown} in a vowel");
        }

        gate.Set();
    }

    [Fact]
    public async Task Asking_for_poses_allocates_nothing()
    {
        var rigs = new DrawnRigs();
        using var fixture = new PoseLibraryFixture(rigs: rigs);
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        using var gate = new ManualResetEventSlim();
        rigs.Gate = gate;
        void Ask(int from)
        {
            for (var i = from; i < from + 100; i++)
            {
                set.Prepare(new PoseKey((ushort)(i % 40), Eyes.Open, (byte)(1 + (i / 40)), Expression.Neutral, 0), i % 12);
            }
        }

        var from = 0;
        Assert.Equal(0, Allocations.Least(() => Ask(from += 50)));
        gate.Set();
    }

    [Fact]
    public async Task Nothing_is_allocated_for_a_pose_that_is_encoded()
    {
        using var fixture = new PoseLibraryFixture();
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var key = new PoseKey(7, Eyes.Half, 4, Expression.Fun, 2);
        await fixture.ExactAsync(set, key);
        set.Get(key);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                set.Get(key);
                set.Get(PoseKey.Base);
            }
        }));
    }

    [Fact]
    public async Task Budget_is_kept_and_poses_in_use_stay()
    {
        using var fixture = new PoseLibraryFixture(new PoseLibraryOptions { CacheBytes = 60_000, PrepareIdleLoop = false, Workers = 1 });
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var favourite = new PoseKey(1, Eyes.Open, 5, Expression.Neutral, 0);
        await fixture.ExactAsync(set, favourite);
        for (var i = 0; i < 200; i++)
        {
            await fixture.ExactAsync(set, new PoseKey((ushort)(i % 40), Eyes.Open, (byte)(6 + (i / 40)), Expression.Neutral, 0));
            Assert.Equal(favourite, set.Get(favourite).Key);
            Assert.InRange(fixture.Library.Statistics.Bytes, 0, 60_000);
        }

        Assert.True(fixture.Library.Statistics.Evictions > 100);
    }

    [Fact]
    public async Task Budget_of_nothing_still_plays()
    {
        using var fixture = new PoseLibraryFixture(new PoseLibraryOptions { CacheBytes = 0, PrepareIdleLoop = false, Workers = 1 });
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(set.Get(new PoseKey((ushort)(i % 40), Eyes.Open, 3, Expression.Neutral, 0)).Data.Length > 0);
        }

        await set.GetJpegAsync(PoseKey.Base, Token);
    }

    [Fact]
    public async Task Equal_views_share_one_set_and_the_last_lease_keeps_it_warm()
    {
        using var fixture = new PoseLibraryFixture();
        var one = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var two = await fixture.Library.OpenAsync(PoseLibraryFixture.Small with { }, Token);
        Assert.Same(one.KeyFrame, two.KeyFrame);
        Assert.Equal((1, 2), (fixture.Library.Statistics.Views, fixture.Library.Statistics.Leases));
        one.Dispose();
        one.Dispose();
        Assert.Equal(1, fixture.Library.Statistics.Leases);
        two.Dispose();
        using var three = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        Assert.Same(one.KeyFrame, three.KeyFrame);
        Assert.Single(fixture.Rigs.Made);
    }

    [Fact]
    public async Task View_beyond_the_limit_goes_when_nobody_uses_it()
    {
        using var fixture = new PoseLibraryFixture(new PoseLibraryOptions { MaxViews = 1, PrepareIdleLoop = false, Workers = 1 });
        using var kept = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var other = await fixture.Library.OpenAsync(PoseLibraryFixture.Small with { Background = "#203040" }, Token);
        await fixture.ExactAsync(other, new PoseKey(3, Eyes.Open, 3, Expression.Neutral, 0));
        var key = other.KeyFrame;
        other.Dispose();
        Assert.Equal(1, fixture.Library.Statistics.Views);
        Assert.Equal(0, fixture.Library.Statistics.Poses);
        Assert.Equal(0, fixture.Library.Statistics.Bytes);
        Assert.True(key.Data.Length > 0);
        Assert.Equal(PoseKey.Base, other.Get(PoseKey.Base).Key);
    }

    [Fact]
    public async Task Pose_that_cannot_be_drawn_costs_only_itself()
    {
        var broken = new PoseKey(2, Eyes.Open, 9, Expression.Neutral, 0);
        using var fixture = new PoseLibraryFixture(rigs: new DrawnRigs { Broken = broken });
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        set.Get(broken);
        await fixture.ExactAsync(set, broken with { Mouth = 8 });
        await fixture.FaultAsync();
        Assert.Equal(1, fixture.Library.Statistics.Faults);
        Assert.Equal((byte)8, set.Get(broken).Key.Mouth);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await set.GetJpegAsync(broken, Token));
    }

    [Fact]
    public async Task Many_users_at_once_get_valid_poses()
    {
        using var fixture = new PoseLibraryFixture(new PoseLibraryOptions { CacheBytes = 60_000, Workers = 3, PrepareIdleLoop = true });
        AvatarView[] views =
        [
            PoseLibraryFixture.Small, PoseLibraryFixture.Small with { Background = "#402010" }, PoseLibraryFixture.Small with { Width = 64 },
        ];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(user => Task.Run(
            async () =>
            {
                var random = new Random(user);
                using var set = await fixture.Library.OpenAsync(views[user % views.Length], Token);
                for (var i = 0; i < 400; i++)
                {
                    var key = RandomKey(random);
                    set.Prepare(RandomKey(random), i % 12);
                    Assert.True(set.Get(key).Data.Length > 0);
                    if (i % 50 == 0)
                    {
                        Assert.True((await set.GetJpegAsync(key, Token)).Length > 100);
                    }
                }
            },
            Token)));
        Assert.Equal(0, fixture.Library.Statistics.Faults);
        Assert.Equal(0, fixture.Library.Statistics.Leases);
    }

    [Fact]
    public async Task Jpeg_is_the_pose_and_is_kept()
    {
        using var fixture = new PoseLibraryFixture();
        using var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        var key = new PoseKey(4, Eyes.Closed, 20, Expression.Joy, 0);
        var jpeg = await set.GetJpegAsync(key, Token);
        JpegDecoder.Decode(jpeg.Span, out var width, out var height);
        Assert.Equal((96, 96), (width, height));
        Assert.True(jpeg.Equals(await set.GetJpegAsync(key, Token)));
        Assert.Equal((1, 1), (fixture.Library.Statistics.JpegHits, fixture.Library.Statistics.JpegEncodes));
    }

    [Fact]
    public async Task Disposed_library_frees_all_renderers()
    {
        var fixture = new PoseLibraryFixture(new PoseLibraryOptions { Workers = 2 });
        var set = await fixture.Library.OpenAsync(PoseLibraryFixture.Small, Token);
        set.Get(new PoseKey(9, Eyes.Open, 9, Expression.Joy, 0));
        fixture.Library.Dispose();
        Assert.Equal(0, fixture.Rigs.Alive);
        Assert.True(set.Get(new PoseKey(10, Eyes.Open, 9, Expression.Joy, 0)).Data.Length > 0);
    }

    [Theory]
    [InlineData("nobody", 96, 96, null, typeof(KeyNotFoundException))]
    [InlineData(DrawnRigs.Name, 96, 96, "no such picture", typeof(KeyNotFoundException))]
    [InlineData(DrawnRigs.Name, 96, 96, "../../etc/passwd", typeof(KeyNotFoundException))]
    [InlineData(DrawnRigs.Name, 62, 96, null, typeof(ArgumentOutOfRangeException))]
    [InlineData(DrawnRigs.Name, 96, 97, null, typeof(ArgumentOutOfRangeException))]
    [InlineData(DrawnRigs.Name, 96, 1922, null, typeof(ArgumentOutOfRangeException))]
    public async Task View_that_cannot_be_shown_is_refused_and_forgotten(string avatar, int width, int height, string? background, Type error)
    {
        using var fixture = new PoseLibraryFixture();
        var view = new AvatarView(avatar, width, height, background);
        Assert.IsType(error, await Record.ExceptionAsync(async () => await fixture.Library.OpenAsync(view, Token)));
        Assert.Equal((0, 0), (fixture.Library.Statistics.Views, fixture.Library.Statistics.Leases));
    }

    [Theory]
    [InlineData(double.NaN, 0, 1)]
    [InlineData(1.5, 0, 1)]
    [InlineData(0, -0.1, 1)]
    [InlineData(0, 0, 6)]
    public async Task Padding_outside_its_range_is_refused(double left, double top, double height)
    {
        using var fixture = new PoseLibraryFixture();
        var view = PoseLibraryFixture.Small with { PaddingLeft = left, PaddingTop = top, PaddingHeight = height };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await fixture.Library.OpenAsync(view, Token));
    }

    [Fact]
    public void Options_report_every_mistake() =>
        Assert.Equal(3, new PoseLibraryOptions { Workers = 0, JpegQuality = 101, KeyQuantizer = -1 }.Validate().Count);

    private static PoseKey RandomKey(Random random) => new(
        (ushort)random.Next(40), (Eyes)random.Next(6), (byte)random.Next(MouthTable.Count), (Expression)random.Next(7), (byte)random.Next(4));
}
