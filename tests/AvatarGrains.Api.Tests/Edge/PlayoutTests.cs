using AvatarGrains.Edge;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Testing;

namespace AvatarGrains.Api.Tests.Edge;

public sealed class PlayoutTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Poses_are_asked_for_before_they_are_due_in_speech_between_sentences_and_after()
    {
        var bench = new PlayoutBench();
        bench.Run(1_000_000);
        var before = bench.Poses.Unforeseen.Count;
        Assert.True(before <= IdleAhead.Depth, $"{before} frames of the idle loop came unforeseen");
        bench.Playout.Take(new SegmentBegan(1, 0, "One."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 0, 0, 0, 25, last: false));
        bench.Run(200_000);
        bench.Playout.Take(PlayoutBench.Chunk(1, 0, 1, 25, 20, last: true));
        bench.Playout.Take(new SegmentBegan(1, 1, "Two."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 1, 0, 0, 33, last: true));
        bench.Run(4_000_000);
        bench.Playout.Take(new ExpressionChanged(1, Expression.Joy));
        bench.Run(2_000_000);
        Assert.Equal([], bench.Poses.Unforeseen.Skip(before));
    }

    [Fact]
    public void Silence_sends_a_tail_then_one_packet_in_400_ms_with_running_timestamps()
    {
        var bench = new PlayoutBench(tailMs: 200);
        bench.Run(10 * Second);
        var packets = bench.Media.AudioPackets;
        Assert.All(packets.Take(10), packet => Assert.Equal(3, packet.Packet.Length));
        Assert.All(packets.Skip(10), packet => Assert.Single(packet.Packet));
        Assert.Equal(10 + 25, packets.Count);
        Assert.All(packets, packet => Assert.Equal(unchecked(PlayoutBench.AudioBase + (uint)(packet.At * 48 / 1000)), packet.Timestamp));
        Assert.Equal(20 * 960u, unchecked(packets[^1].Timestamp - packets[^2].Timestamp));
    }

    [Fact]
    public void Who_wakes_only_to_send_sends_the_same_and_sleeps_through_half_of_silence()
    {
        var often = new PlayoutBench(tailMs: 200);
        var seldom = new PlayoutBench(tailMs: 200);
        var wakes = (Often: 0, Seldom: 0);
        foreach (var bench in new[] { often, seldom })
        {
            long now = 0;
            foreach (var (at, turn) in new[] { (3 * Second, 1), (5 * Second + 33_000, 2), (9 * Second + 57_000, 3) })
            {
                while (Next() <= at)
                {
                    now = Next();
                    bench.Playout.Rest(now);
                    bench.Playout.Advance(now);
                    wakes = bench == often ? (wakes.Often + 1, wakes.Seldom) : (wakes.Often, wakes.Seldom + 1);
                }

                bench.Playout.Rest(at);
                bench.Playout.Take(new SegmentBegan(turn, 0, "Hello."));
                bench.Playout.Take(PlayoutBench.Chunk(turn, 0, 0, 0, 50, true));
            }

            long Next() => bench == often ? bench.Playout.NextDeadline : bench.Playout.NextSend;
        }

        Assert.Equal(often.Media.AudioPackets.Select(p => (p.At, p.Timestamp)), seldom.Media.AudioPackets.Select(p => (p.At, p.Timestamp)));
        Assert.Equal(
            often.Media.VideoFrames.Select(f => (f.At, f.Timestamp, f.IsKeyFrame)),
            seldom.Media.VideoFrames.Select(f => (f.At, f.Timestamp, f.IsKeyFrame)));
        Assert.InRange(wakes.Seldom, wakes.Often * 6 / 10, wakes.Often * 8 / 10);
    }

    [Fact]
    public void Idle_video_runs_at_25_frames_from_a_key_frame_on()
    {
        var bench = new PlayoutBench();
        bench.Run(60 * Second);
        var frames = bench.Media.VideoFrames;
        Assert.InRange(frames.Count, 1499, 1502);
        Assert.True(frames[0] is { IsKeyFrame: true, GoldenOnly: false });
        Assert.All(frames.Skip(1), frame => Assert.True(frame is { IsKeyFrame: false, GoldenOnly: true }));
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.Equal(3600u, unchecked(pair.Second.Timestamp - pair.First.Timestamp)));
    }

    [Fact]
    public void Speech_goes_out_packet_by_packet_with_the_face_of_its_moment()
    {
        var bench = new PlayoutBench();
        bench.Run(Second);
        bench.Playout.Take(new SegmentBegan(1, 0, "Hello."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 0, 0, 0, 50, true));
        bench.Run(2 * Second);
        var speech = bench.Media.AudioPackets.Where(packet => packet.Packet.Length == 5).ToArray();
        Assert.Equal(Enumerable.Range(0, 50), speech.Select(packet => packet.Packet[2] + (packet.Packet[1] << 8)));
        Assert.All(speech.Zip(speech.Skip(1)), pair => Assert.Equal(960u, unchecked(pair.Second.Timestamp - pair.First.Timestamp)));
        Assert.Equal("Hello.", Assert.Single(bench.Started).Text);
        Assert.Equal((1, 0, 1000, true), bench.Progress[^1]);
        AssertLipSync(bench, speech, 0);
    }

    [Fact]
    public void Audio_and_video_stay_together_for_ten_minutes()
    {
        var bench = new PlayoutBench();
        var lateness = new Random(3);
        var packets = 0;
        for (var segment = 0; bench.Now < 600 * Second; segment++)
        {
            // Odd lengths: segments start off the beat of the video.
            var length = 41 + (segment % 60);
            bench.Playout.Take(new SegmentBegan(1, segment, "words"));
            bench.Playout.Take(PlayoutBench.Chunk(1, segment, 0, 0, length, true));
            bench.Run(length * 20_000, lateness);
            packets += length;
        }

        bench.Run(Second, lateness);
        var speech = bench.Media.AudioPackets.Where(packet => packet.Packet.Length == 5).ToArray();
        Assert.Equal(packets, speech.Length);
        Assert.Equal(0, bench.Playout.SkippedTicks);
        AssertLipSync(bench, speech, 20);
        var audioMs = unchecked(speech[^1].Timestamp - PlayoutBench.AudioBase) / 48.0;
        Assert.InRange(speech[^1].At / 1000.0 - audioMs, 0, 20);
    }

    [Fact]
    public void A_newer_turn_stops_what_is_playing_within_one_tick()
    {
        var bench = new PlayoutBench();
        bench.Playout.Take(new SegmentBegan(1, 0, "A long story."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 0, 0, 0, 500, true));
        bench.Run(Second);
        var at = bench.Now;
        bench.Playout.Take(new TurnBegan(2));
        Assert.False(bench.Playout.Take(PlayoutBench.Chunk(1, 0, 1, 500, 50, true)));
        bench.Run(Second);
        Assert.DoesNotContain(bench.Media.AudioPackets, packet => packet.Packet.Length == 5 && packet.At > at);
        var cut = bench.Progress[^1];
        Assert.Equal((1, 0, false), (cut.Turn, cut.Segment, cut.Finished));
        Assert.InRange(cut.PlayedMs, 980, 1040);
        Assert.Equal([1], bench.Interrupted);
        var mouths = bench.Media.VideoFrames.Where(frame => frame.At > at + 160_000).Select(frame => PaintedPoses.Read(frame.Frame).Mouth);
        Assert.All(mouths, mouth => Assert.Equal(0, mouth));
    }

    [Fact]
    public void A_late_chunk_is_bridged_by_silence_and_nothing_of_it_is_lost()
    {
        var bench = new PlayoutBench();
        bench.Playout.Take(new SegmentBegan(1, 0, "Hello."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 0, 0, 0, 11, false));
        bench.Run(Second);
        Assert.True(bench.Playout.Underruns > 30);
        bench.Playout.Take(PlayoutBench.Chunk(1, 0, 1, 11, 30, true));
        bench.Run(2 * Second);
        var speech = bench.Media.AudioPackets.Where(packet => packet.Packet.Length == 5).ToArray();
        Assert.Equal(Enumerable.Range(0, 41), speech.Select(packet => (int)packet.Packet[2]));
        Assert.True(unchecked(speech[11].Timestamp - speech[10].Timestamp) > 30 * 960);
        AssertLipSync(bench, speech, 20);
    }

    [Fact]
    public void Key_frames_are_renewed_before_a_receiver_forgets_and_look_like_the_moment()
    {
        var bench = new PlayoutBench();
        bench.Run(30 * 60 * Second);
        var frames = bench.Media.VideoFrames;
        var keys = frames.Select((frame, index) => (frame, index)).Where(item => item.frame.IsKeyFrame).Select(item => item.index).ToArray();
        Assert.True(keys.Length >= 12);
        Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, VideoTrack.SoftRefresh, 4000));
        // The loop goes on where the key frame stands: the frame before shows its last phase, the frame after its second.
        Assert.All(
            keys.Skip(1),
            key => Assert.Equal((99, 1), ((int)PaintedPoses.Read(frames[key - 1].Frame).Phase, PaintedPoses.Read(frames[key + 1].Frame).Phase)));
    }

    [Fact]
    public void Endless_speech_still_gets_its_key_frame()
    {
        var bench = new PlayoutBench();
        for (var chunk = 0; chunk < 100; chunk++)
        {
            bench.Playout.Take(PlayoutBench.Chunk(1, 0, chunk, chunk * 200, 200, false));
        }

        bench.Run(400 * Second);
        var keys = bench.Media.VideoFrames.Select((frame, index) => (frame, index))
            .Where(item => item.frame.IsKeyFrame).Select(item => item.index).ToArray();
        Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.True(pair.Second - pair.First <= 4000));
        Assert.True(keys.Length >= 3);
    }

    [Fact]
    public void Key_frame_requests_are_answered_by_the_next_frame_but_not_by_a_flood()
    {
        var bench = new PlayoutBench();
        bench.Run(Second);
        bench.Playout.RequestKeyFrame();
        bench.Run(50_000);
        Assert.Equal(2, bench.Video.KeyFrames);
        for (var i = 0; i < 50; i++)
        {
            bench.Playout.RequestKeyFrame();
            bench.Run(20_000);
        }

        Assert.InRange(bench.Video.KeyFrames, 4, 6);
    }

    [Fact]
    public void A_loop_that_comes_much_too_late_skips_instead_of_bursting()
    {
        var bench = new PlayoutBench();
        bench.Run(Second);
        var before = bench.Media.AudioPackets.Count + bench.Media.VideoFrames.Count;
        bench.Playout.Advance(bench.Now + (5 * Second));
        Assert.True(bench.Playout.SkippedTicks > 200);
        Assert.InRange(bench.Media.AudioPackets.Count + bench.Media.VideoFrames.Count - before, 1, 8);
    }

    [Fact]
    public void Another_view_begins_with_its_key_frame_and_gives_the_old_lease_back()
    {
        var bench = new PlayoutBench();
        bench.Run(Second);
        var wide = new PaintedPoses(new AvatarView("painted", 1024, 512));
        bench.Playout.Show(wide);
        var before = bench.Media.VideoFrames.Count;
        bench.Run(100_000);
        Assert.True(bench.Media.VideoFrames[before].IsKeyFrame);
        Assert.True(bench.Poses.Disposed);
        Assert.False(wide.Disposed);
        Assert.Equal(wide.View, bench.Playout.View);
    }

    [Fact]
    public void Speech_that_is_repeated_for_another_client_is_played_once()
    {
        var bench = new PlayoutBench();
        void Tell()
        {
            bench.Playout.Take(new SegmentBegan(1, 0, "One."));
            bench.Playout.Take(PlayoutBench.Chunk(1, 0, 0, 0, 20, false));
            bench.Playout.Take(PlayoutBench.Chunk(1, 0, 1, 20, 20, true));
            bench.Playout.Take(new SegmentBegan(1, 1, "Two."));
            bench.Playout.Take(PlayoutBench.Chunk(1, 1, 0, 0, 10, true));
        }

        Tell();
        bench.Run(Second / 2);
        Tell();
        bench.Run(Second * 2);
        Tell();
        bench.Run(Second * 2);
        Assert.Equal(["One.", "Two."], bench.Started.Select(segment => segment.Text));
        Assert.Equal([(1, 0, 800, true), (1, 1, 200, true)], bench.Progress.Where(report => report.Finished));
    }

    [Fact]
    public void Client_that_joins_in_the_middle_begins_where_it_is_told_the_beginning()
    {
        var bench = new PlayoutBench();
        bench.Playout.Take(PlayoutBench.Chunk(1, 3, 2, 60, 10, true));
        bench.Playout.Take(new SegmentBegan(1, 4, "Four."));
        bench.Playout.Take(new SegmentBegan(1, 3, "Three."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 3, 0, 0, 30, true));
        bench.Playout.Take(new SegmentBegan(1, 4, "Four."));
        bench.Playout.Take(PlayoutBench.Chunk(1, 4, 0, 0, 10, true));
        bench.Run(Second * 2);
        Assert.Equal(["Three.", "Four."], bench.Started.Select(segment => segment.Text));
        Assert.Equal([(1, 3, 600, true), (1, 4, 200, true)], bench.Progress.Where(report => report.Finished));
    }

    [Fact]
    public void Steady_playout_allocates_nothing()
    {
        var media = new CountingMedia();
        var video = new VideoTrack(0, new PaintedPoses(new AvatarView("painted", 64, 64), 10), 1);
        var playout = new Playout(media, new PlayoutBench(), new AudioTrack(0, 50), video);
        playout.Start(0);
        playout.Take(new SegmentBegan(1, 0, "Long."));
        playout.Take(PlayoutBench.Chunk(1, 0, 0, 0, 20_000, true));
        // Every pose of the loop and every mouth has been met once after this.
        playout.Advance(0);
        for (long now = 0; now < 200 * Second; now += 20_000)
        {
            playout.Advance(now);
        }

        var from = 200 * Second;
        void TenSeconds()
        {
            for (var until = from + (10 * Second); from < until; from += 20_000)
            {
                playout.Advance(from);
            }
        }

        // Progress reports are kept by the bench's list; nothing else may allocate.
        Assert.InRange(Allocations.Least(TenSeconds), 0, 4096);
        Assert.True(media.Count > 10_000);
    }

    private static void AssertLipSync(PlayoutBench bench, RecordedMedia.Audio[] speech, int toleranceMs)
    {
        var byTick = speech.ToDictionary(
            packet => unchecked(packet.Timestamp - PlayoutBench.AudioBase) / 960, packet => (packet.Packet[1] << 8) + packet.Packet[2]);
        var compared = 0;
        foreach (var frame in bench.Media.VideoFrames)
        {
            if (byTick.TryGetValue(unchecked(frame.Timestamp - PlayoutBench.VideoBase) / 1800, out var number) && !frame.IsKeyFrame)
            {
                // The mouth says which 40 ms of the segment it belongs to, modulo 40 faces.
                var shown = (PaintedPoses.Read(frame.Frame).Mouth - 1) * 40;
                var offset = (((shown - (number * 20)) % 1600) + 1600 + 800) % 1600 - 800;
                Assert.InRange(offset, -toleranceMs, toleranceMs);
                compared++;
            }
        }

        Assert.True(compared > speech.Length / 4);
    }

    private sealed class CountingMedia : IMediaOut
    {
        public int Count { get; private set; }

        public bool SendAudio(ReadOnlySpan<byte> opus, uint timestamp, long now) => ++Count > 0;

        public bool SendVideo(ReadOnlySpan<byte> vp8, bool isKeyFrame, bool goldenOnly, uint timestamp, long now) => ++Count > 0;

        public bool SendMessage(ushort channel, bool text, ReadOnlySpan<byte> message, long now) => true;

        public void Close(long now)
        {
        }
    }
}
