using AvatarGrains.Client.Media;

namespace AvatarGrains.Benchmarks.Tests;

public sealed class ReceptionTests
{
    [Fact]
    public void Sequence_check_counts_gaps_duplicates_and_late_ones_across_the_wrap()
    {
        var check = new SequenceCheck();
        Assert.Equal(0, check.Take(65_534));
        Assert.Equal(0, check.Take(65_535));
        Assert.Equal(2, check.Take(2));
        Assert.Equal(2, check.Missing);
        Assert.Equal(-1, check.Take(1));
        Assert.Equal(-1, check.Take(1));
        Assert.Equal((1L, 1L, 1L), (check.Missing, check.Reordered, check.Duplicates));
    }

    [Fact]
    public void Packet_that_comes_later_than_its_clock_says_is_late_by_that()
    {
        var clock = new ArrivalClock(48_000);
        Assert.Equal(0, clock.Take(uint.MaxValue - 959, 1_000_000));
        Assert.Equal(0, clock.Take(0, 1_020_000));
        Assert.Equal(30_000, clock.Take(960, 1_070_000));
        Assert.Equal(0, clock.Take(1920, 1_060_000));
    }

    [Fact]
    public void Clocks_that_drift_apart_do_not_pile_up_as_lateness()
    {
        var clock = new ArrivalClock(48_000);
        var late = 0L;
        for (var i = 0; i < 90_000; i++)
        {
            late = Math.Max(late, clock.Take((uint)(i * 960), i * 20_002L));
        }

        Assert.InRange(late, 1, 7_000);
    }

    [Fact]
    public void Speech_that_stops_for_a_tick_without_loss_was_skipped_by_the_sender()
    {
        var audio = new AudioReception();
        audio.Take(80, 1, 0, 0);
        audio.Take(80, 2, 960, 20_000);
        audio.Take(80, 3, 960 * 4, 80_000);
        Assert.Equal(2, audio.Skipped);
        audio.Take(3, 4, 960 * 5, 100_000);
        audio.Take(80, 5, 960 * 25, 500_000);
        Assert.Equal(2, audio.Skipped);
    }

    [Fact]
    public void Frame_is_complete_with_its_marker_and_broken_without_its_start()
    {
        var video = new VideoReception();
        byte[] start = [0x10, 0, 1, 2];
        byte[] rest = [0x00, 1, 2, 3];
        Assert.False(video.Take(start, 1, 0, false, 0, out _));
        Assert.True(video.Take(rest, 2, 0, true, 1_000, out var key));
        Assert.True(key.IsKey);
        Assert.False(video.Take(rest, 4, 3600, true, 41_000, out _));
        Assert.True(video.Take(start, 5, 7200, true, 91_000, out var late));
        Assert.Equal(10_000, late.Late);
        Assert.Equal((2L, 1L, 1L), (video.Frames, video.Broken, video.Missing));
    }

    [Fact]
    public void Sync_meter_tells_how_far_the_picture_is_behind_the_sound()
    {
        var sync = new SyncMeter();
        sync.Report(false, 5UL << 32, 48_000);
        sync.Report(true, 5UL << 32, 90_000);
        sync.Take(new AudioArrival(1_000_000, 48_000, 0, 0, true));
        Assert.Equal(15_000, sync.Skew(new FrameArrival(1_015_000, 90_000, 0, 0, false)));
        Assert.Equal(0, sync.Skew(new FrameArrival(1_040_000, 93_600, 0, 0, false)));
    }
}
