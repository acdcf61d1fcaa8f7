using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sdp;

namespace AvatarGrains.WebRtc.Rtp;

/// <summary>The streams of one peer as they were negotiated.</summary>
internal sealed class MediaStreams
{
    private readonly ReceiveStatistics[] _sources = new ReceiveStatistics[2];
    private readonly AudioSender? _audio;
    private readonly VideoSender? _video;
    private long _lostAudio;
    private long _lostVideo;

    public MediaStreams(
        Negotiation agreed, LocalDescription local, PeerTransport transport, PeerConfig config, PeerStats stats, IPeerObserver observer)
    {
        Ssrc = local.AudioSsrc;
        RemoteVideoSsrc = agreed.RemoteVideoSsrc;
        if (agreed.Audio is { Sends: true, Codec: { } opus })
        {
            Audio = _audio = new AudioSender(transport, Output(local.AudioSsrc, opus, config), stats);
        }

        if (agreed.Video is { Sends: true, Codec: { } vp8 })
        {
            Video = _video = new VideoSender(transport, Output(local.VideoSsrc, vp8, config), config, stats, RandomNumbers.UInt16(config.Random));
        }

        Receiver = new MediaReceiver(observer, stats, ReceivedType(agreed.Audio), ReceivedType(agreed.Video));
    }

    /// <summary>Our SSRC where we only report.</summary>
    public uint Ssrc { get; }

    public uint RemoteVideoSsrc { get; }

    /// <summary>Null while the remote receives no audio.</summary>
    public AudioSender? Audio { get; private set; }

    /// <summary>Null while the remote receives no video.</summary>
    public VideoSender? Video { get; private set; }

    public MediaReceiver Receiver { get; }

    public long Lost => _lostAudio + _lostVideo;

    /// <summary>Opens and closes directions as a later description of the same connection wants them.</summary>
    public void Change(Negotiation agreed)
    {
        Audio = agreed.Audio is { Sends: true } ? _audio : null;
        Video = agreed.Video is { Sends: true } ? _video : null;
        Receiver.Change(ReceivedType(agreed.Audio), ReceivedType(agreed.Video));
    }

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
