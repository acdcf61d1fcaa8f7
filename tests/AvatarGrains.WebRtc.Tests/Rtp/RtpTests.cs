using AvatarGrains.WebRtc.Payloads;
using AvatarGrains.WebRtc.Rtp;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Rtp;

public sealed class RtpTests
{
    [Fact]
    public void Header_is_read_back_with_extension_csrc_and_padding_taken_off()
    {
        var header = new RtpHeader(111, true, 65535, 0xDEADBEEF, 42);
        byte[] packet = [.. new byte[12], 0, 0, 0, 7, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4, 9, 8, 7, 0, 2];
        header.Write(packet);
        packet[0] |= 0x20 | 0x10 | 1;

        Assert.True(RtpHeader.TryParse(packet, out var read, out var payload));
        Assert.Equal(header, read);
        Assert.Equal<byte>([9, 8, 7], payload.ToArray());
    }

    [Fact]
    public void Garbage_never_throws()
    {
        var good = new byte[60];
        new RtpHeader(96, false, 1, 2, 3).Write(good);
        good[0] |= 0x30;
        var observer = new RecordingObserver();
        var receiver = new MediaReceiver(observer, new WebRtc.Peers.PeerStats(), 111, 96);
        Garbage.ForManySeeds(random => receiver.Receive(Garbage.Make(random, [good]), random.Next()));
        Garbage.ForManySeeds(random => Vp8Descriptor.TryParse(Garbage.Make(random, [[0x90, 0xE0, 0x80, 1, 2, 0x60, 0, 0]]), out _, out _));
    }

    [Theory]
    [InlineData(true, 0, false)]
    [InlineData(false, 1, true)]
    public void Descriptor_is_read_back(bool start, int layer, bool sync)
    {
        var payload = new byte[10];
        var descriptor = new Vp8Descriptor(start, 0, sync, 0x7ABC, 200, layer, sync);
        descriptor.Write(payload);

        Assert.True(Vp8Descriptor.TryParse(payload, out var read, out var size));
        Assert.Equal(descriptor, read);
        Assert.Equal(Vp8Descriptor.Size, size);
    }

    [Fact]
    public void Key_frame_starts_a_base_layer_that_golden_frames_refer_to()
    {
        var framing = new Vp8Framing(0x7FFE);
        var key = framing.Next(isKeyFrame: true, goldenOnly: true);
        var pose = framing.Next(isKeyFrame: false, goldenOnly: true);
        var inter = framing.Next(isKeyFrame: false, goldenOnly: false);

        Assert.Equal((0x7FFF, 0, false), (key.PictureId, key.TemporalLayer, key.LayerSync));
        Assert.Equal((0, 1, true, key.Tl0PicIdx), (pose.PictureId, pose.TemporalLayer, pose.LayerSync, pose.Tl0PicIdx));
        Assert.Equal((1, 0, key.Tl0PicIdx + 1), (inter.PictureId, inter.TemporalLayer, inter.Tl0PicIdx));
    }

    [Fact]
    public void History_finds_exactly_what_it_still_holds()
    {
        Garbage.ForManySeeds(
            random =>
            {
                var history = new PacketHistory(64 * 1024);
                var sequence = (ushort)random.Next(65536);
                var written = new Dictionary<ushort, byte[]>();
                for (var i = 0; i < 300; i++, sequence++)
                {
                    var packet = new byte[random.Next(20, 1200)];
                    random.NextBytes(packet);
                    Assert.True(history.Prepare(packet.Length + 20, 0));
                    packet.CopyTo(history.Reserve(packet.Length + 20));
                    history.Commit(sequence, packet.Length);
                    written[sequence] = packet;
                }

                Assert.InRange(history.Count, 20, 300);
                Assert.InRange(history.Capacity, 1, 64 * 1024);
                foreach (var (number, packet) in written)
                {
                    var found = history.Find(number);
                    Assert.Equal((ushort)(sequence - number) <= history.Count, !found.IsEmpty);
                    Assert.True(found.IsEmpty || found.SequenceEqual(packet));
                }
            },
            200);
    }

    [Fact]
    public void Clock_does_not_drift_in_half_an_hour_of_jittered_sending()
    {
        var random = new Random(3);
        var audio = new RtpClock(48_000);
        var video = new RtpClock(90_000);
        for (var i = 0; i < 90_000; i++)
        {
            var media = i * 20_000L;
            audio.Observe((uint)(i * 960), media + random.Next(5_000));
            if (i % 2 == 0)
            {
                video.Observe((uint)(i / 2 * 3600), media + random.Next(5_000));
            }

            if (i % 1000 == 999)
            {
                var now = media + 5_000;
                Assert.InRange((audio.At(now) / 48.0) - (video.At(now) / 90.0), -3, 3);
            }
        }
    }

    [Fact]
    public void Missing_packets_are_asked_for_until_they_come_or_are_given_up()
    {
        var tracker = new NackTracker();
        Span<ushort> due = stackalloc ushort[16];
        tracker.Take(65534, 0);
        tracker.Take(1, 0);
        Assert.Equal(2, tracker.TakeDue(due, 0, tracker.NextDeadline));
        Assert.Equal(65535, due[0]);
        tracker.Take(65535, 0);
        var attempts = 0;
        while (tracker.NextDeadline != long.MaxValue)
        {
            attempts += tracker.TakeDue(due, 0, tracker.NextDeadline);
            Assert.Equal(0, due[0]);
        }

        Assert.Equal(9, attempts);
    }
}
