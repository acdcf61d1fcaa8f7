using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sdp;

namespace AvatarGrains.WebRtc.Rtp;

/// <summary>The streams of one peer as they were negotiated.</summary>
internal sealed class MediaStreams
{
    private readonly ReceiveStatistics[] _sources = new ReceiveStatistics[2];
    private long _lostAudio;
    private long _lostVideo;

    public MediaStreams(Negotiation agreed, LocalDescription local, PeerTransport transport, PeerConfig config, PeerStats stats, IPeerObserver observer)
    {
        Ssrc = local.AudioSsrc;
        RemoteVideoSsrc = agreed.RemoteVideoSsrc;
        if (agreed.Audio is { Sends: true, Codec: { } opus })
        {
            Audio = new AudioSender(transport, Output(local.AudioSsrc, opus, config), stats);
        }

        if (agreed.Video is { Sends: true, Codec: { } vp8 })
        {
            Video = new VideoSender(transport, Output(local.VideoSsrc, vp8, config), config, stats, RandomNumbers.UInt16(config.Random));
        }

        Receiver = new MediaReceiver(observer, stats, ReceivedType(agreed.Audio), ReceivedType(agreed.Video));
    }

    /// <summary>Our SSRC where we only report.</summary>
    public uint Ssrc { get; }

    public uint RemoteVideoSsrc { get; }

    public AudioSender? Audio { get; }

    public VideoSender? Video { get; }

    public MediaReceiver Receiver { get; }

    public long Lost => _lostAudio + _lostVideo;

    public void TakeLost(bool video, int lost)
    {
        if (video)
        {
            _lostVideo = lost;
        }
        else
        {
            _lostAudio = lost;
        }
    }

    /// <summary>The sources heard so far.</summary>
    public ReadOnlySpan<ReceiveStatistics> Sources()
    {
        var count = 0;
        if (Receiver.Audio.IsStarted)
        {
            _sources[count++] = Receiver.Audio;
        }

        if (Receiver.Video.IsStarted)
        {
            _sources[count++] = Receiver.Video;
        }

        return _sources.AsSpan(0, count);
    }

    private static RtpOutput Output(uint ssrc, SdpCodec codec, PeerConfig config) =>
        new(ssrc, codec.PayloadType, codec.ClockRate, (ushort)(RandomNumbers.UInt16(config.Random) & 0x7FFF), RandomNumbers.UInt32(config.Random));

    private static int ReceivedType(NegotiatedLine? line) => line is { Receives: true, Codec: { } codec } ? codec.PayloadType : -1;
}
