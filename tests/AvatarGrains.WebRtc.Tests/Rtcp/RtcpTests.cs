using AvatarGrains.WebRtc.Rtcp;
using AvatarGrains.WebRtc.Rtp;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Rtcp;

public sealed class RtcpTests
{
    [Fact]
    public void Compound_is_read_back()
    {
        var sink = new Sink();
        Assert.True(RtcpReader.Read(Compound(), sink));

        Assert.Equal([(7u, 0x0123456789ABCDEFul, 99u)], sink.Reports);
        Assert.Equal([5u], sink.Blocks);
        Assert.Equal<ushort>([65534, 65535, 0, 14, 15, 300], sink.Nacks);
        Assert.Equal(1, sink.KeyFrames);
    }

    [Fact]
    public void Bandwidth_estimate_and_transport_feedback_are_read()
    {
        var sink = new Sink();
        Assert.True(RtcpReader.Read(Convert.FromHexString("8FCE00050000000100000000" + "52454D42" + "010E3D09" + "00000002"), sink));
        Assert.Equal(0x23D09L << 3, sink.Bandwidth);

        // Ten packets: a run of three received, then a vector of seven one-bit symbols of which two are lost.
        Assert.True(RtcpReader.Read(
            Convert.FromHexString("8FCD0005" + "00000001" + "00000002" + "0001" + "000A" + "00000000" + "2003" + "B980"), sink));
        Assert.Equal((10, 2), sink.Feedback);
    }

    [Fact]
    public void Garbage_never_throws()
    {
        var good = Compound();
        byte[] feedback = Convert.FromHexString("8FCD000500000001000000020001000A000000002003B980");
        Garbage.ForManySeeds(random => RtcpReader.Read(Garbage.Make(random, [good, feedback]), new Sink()));
    }

    [Fact]
    public void Ntp_time_of_the_unix_epoch_is_1970()
    {
        Assert.Equal(2_208_988_800ul << 32, NtpTime.FromUnix(0));
        Assert.Equal((2_208_988_801ul << 32) | 0x8000_0000, NtpTime.FromUnix(1_500_000));
    }

    private static byte[] Compound()
    {
        var source = new ReceiveStatistics(48_000);
        source.Take(new RtpHeader(111, false, 10, 0, 5), 0);
        var buffer = new byte[1000];
        var writer = new RtcpWriter(buffer);
        writer.SenderReport(7, 0x0123456789ABCDEF, 99, 1, 2, [source], 1000);
        writer.Name(7, "someone"u8);
        writer.Nack(7, 8, [65534, 65535, 0, 14, 15, 300]);
        writer.PictureLoss(7, 8);
        return buffer[..writer.Length];
    }

    private sealed class Sink : IRtcpSink
    {
        public List<(uint, ulong, uint)> Reports { get; } = [];

        public List<uint> Blocks { get; } = [];

        public List<ushort> Nacks { get; } = [];

        public int KeyFrames { get; private set; }

        public long Bandwidth { get; private set; }

        public (int, int) Feedback { get; private set; }

        public void OnSenderReport(uint ssrc, ulong ntp, uint timestamp) => Reports.Add((ssrc, ntp, timestamp));

        public void OnReportBlock(uint ssrc, byte fractionLost, int lost, uint lastReport, uint delay) => Blocks.Add(ssrc);

        public void OnNack(uint ssrc, ushort sequence) => Nacks.Add(sequence);

        public void OnKeyFrameWanted(uint ssrc) => KeyFrames++;

        public void OnBandwidthEstimate(long bitsPerSecond) => Bandwidth = bitsPerSecond;

        public void OnTransportFeedback(int reported, int lost) => Feedback = (reported, lost);
    }
}
