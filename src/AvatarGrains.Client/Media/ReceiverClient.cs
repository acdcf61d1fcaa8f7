using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Client.Media;

/// <summary>
/// A client of an avatar without a screen: one WebRTC peer, its data channel, and checks of everything that arrives. Make it, send
/// <see cref="Offer"/> to the server, give the answer to <see cref="Accept"/>, put <see cref="Peer"/> on a media loop; from then on it
/// belongs to that loop.
/// </summary>
public sealed class ReceiverClient : IPeerObserver
{
    private const string ChannelName = "message";

    private readonly IReceptionListener _listener;
    private readonly Func<long> _now;
    private readonly Func<long>? _arrival;
    private ushort? _channel;

    /// <param name="config">Shared by all clients of a socket.</param>
    /// <param name="writer">Where datagrams leave.</param>
    /// <param name="listener">Called for everything that arrives.</param>
    /// <param name="now">The loop's time, µs.</param>
    /// <param name="arrival">When the datagram being handled arrived, in the loop's µs, where the socket knows better than the loop; null
    /// to take the loop's time.</param>
    public ReceiverClient(PeerConfig config, IDatagramWriter writer, IReceptionListener listener, Func<long> now, Func<long>? arrival = null)
    {
        Peer = new Peer(config, this, writer);
        _listener = listener;
        _now = now;
        _arrival = arrival;
    }

    public Peer Peer { get; }

    public AudioReception Audio { get; } = new();

    public VideoReception Video { get; } = new();

    public SyncMeter Sync { get; } = new();

    /// <summary>The offer to send to the server.</summary>
    public string Offer(long now, bool channel = true, bool microphone = false) =>
        Peer.CreateOffer(new OfferOptions { Audio = true, Video = true, Channels = channel, Microphone = microphone }, now);

    /// <summary>Takes the server's answer and starts to connect as soon as the peer is on its loop.</summary>
    /// <exception cref="WebRtc.Sdp.SdpException">The answer cannot be used.</exception>
    public void Accept(string answer, long now) => Peer.AcceptAnswer(answer, now);

    /// <summary>Sends a text message on the data channel. On the loop.</summary>
    /// <returns>False when there is no channel, or too much waits already.</returns>
    public bool Send(ReadOnlySpan<byte> message, long now) => Send(true, message, now);

    /// <summary>Sends a text or binary message on the data channel. On the loop.</summary>
    /// <returns>False when there is no channel, or too much waits already.</returns>
    public bool Send(bool text, ReadOnlySpan<byte> message, long now) => _channel is { } channel && Peer.SendMessage(channel, text, message, now);

    void IPeerObserver.OnConnected()
    {
        var now = _now();
        _listener.OnConnected(now);
        if (Peer.HasChannels)
        {
            _channel = Peer.OpenChannel(ChannelName, ChannelName, now);
            _listener.OnChannelReady(now);
        }
    }

    void IPeerObserver.OnAudio(ReadOnlySpan<byte> opus, ushort sequence, uint timestamp, long now)
    {
        var arrival = Audio.Take(opus.Length, sequence, timestamp, _arrival?.Invoke() ?? now);
        Sync.Take(arrival);
        _listener.OnAudio(arrival, opus);
    }

    void IPeerObserver.OnVideo(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker, long now)
    {
        _listener.OnVideoPacket(payload, sequence, timestamp, marker);
        if (Video.Take(payload, sequence, timestamp, marker, _arrival?.Invoke() ?? now, out var frame))
        {
            _listener.OnFrame(frame);
        }
    }

    void IPeerObserver.OnSenderReport(bool video, ulong ntp, uint timestamp) => Sync.Report(video, ntp, timestamp);

    void IPeerObserver.OnKeyFrameRequested()
    {
    }

    void IPeerObserver.OnChannelOpened(ushort channel, string label, string protocol)
    {
    }

    void IPeerObserver.OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message) => _listener.OnMessage(text, message);

    void IPeerObserver.OnChannelClosed(ushort channel)
    {
        if (_channel == channel)
        {
            _channel = null;
        }
    }

    void IPeerObserver.OnClosed(PeerCloseReason reason) => _listener.OnClosed(reason);
}
