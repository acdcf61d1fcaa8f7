using AvatarGrains.WebRtc.Sctp;
using AvatarGrains.WebRtc.Sdp;

namespace AvatarGrains.WebRtc.Peers;

/// <summary>The data channels of one peer: an SCTP association over its DTLS.</summary>
internal sealed class PeerChannels : ISctpObserver
{
    /// <summary>Larger messages than this are not sent, whatever the remote would take.</summary>
    private const int MaxSend = 1 << 20;

    private readonly PeerTransport _transport;
    private readonly IPeerObserver _observer;
    private readonly Action<SctpCloseReason> _onClosed;

    public PeerChannels(PeerConfig config, Negotiation agreed, PeerTransport transport, IPeerObserver observer, Action<SctpCloseReason> onClosed)
    {
        _transport = transport;
        _observer = observer;
        _onClosed = onClosed;
        var options = new SctpOptions
        {
            IsDtlsClient = !transport.IsDtlsServer,
            MaxMessageSize = config.MaxMessageSize,
            PeerMaxMessageSize = agreed.RemoteMaxMessageSize is <= 0 or > MaxSend ? MaxSend : (int)agreed.RemoteMaxMessageSize,
            RemotePort = agreed.RemoteSctpPort,
        };
        Association = new SctpAssociation(options, this, config.Random);
    }

    public SctpAssociation Association { get; }

    void ISctpObserver.OnPacket(ReadOnlySpan<byte> packet) => _transport.SendApplicationData(packet);

    void ISctpObserver.OnEstablished()
    {
    }

    void ISctpObserver.OnChannelOpened(ushort channel, string label, string protocol) => _observer.OnChannelOpened(channel, label, protocol);

    void ISctpObserver.OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message) => _observer.OnChannelMessage(channel, text, message);

    void ISctpObserver.OnChannelMessageTooLarge(ushort channel) => _observer.OnChannelMessageTooLarge(channel);

    void ISctpObserver.OnChannelClosed(ushort channel) => _observer.OnChannelClosed(channel);

    void ISctpObserver.OnClosed(SctpCloseReason reason) => _onClosed(reason);
}
