using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Ice;
using AvatarGrains.WebRtc.Rtcp;
using AvatarGrains.WebRtc.Rtp;
using AvatarGrains.WebRtc.Sctp;
using AvatarGrains.WebRtc.Sdp;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Peers;

/// <summary>One WebRTC peer connection, sans-IO: see README.md beside this file.</summary>
public sealed class Peer : ITransportSink
{
    private readonly PeerConfig _config;
    private readonly IPeerObserver _observer;
    private readonly IDatagramWriter _writer;
    private IceCredentials _credentials;
    private LocalDescription _local;
    private IceLiteAgent? _lite;
    private Negotiation? _first;
    private Negotiation? _agreed;
    private PeerTransport? _transport;
    private MediaStreams? _streams;
    private RtcpMachine? _rtcp;
    private PeerChannels? _channels;
    private int _offeredLines;

    public Peer(PeerConfig config, IPeerObserver observer, IDatagramWriter writer)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _observer = observer;
        _writer = writer;
        _credentials = IceCredentials.Create(config.Random);
        _local = LocalDescription.Create(config, _credentials.Ufrag, _credentials.Password, IceCredentials.Text(config.Random, 16));
    }

    /// <summary>Our ICE user fragment, by which the remote's first STUN message is routed to this peer. An ICE restart changes it.</summary>
    public string LocalUfrag => _credentials.Ufrag;

    /// <summary>True from the end of the DTLS handshake until the peer is closed.</summary>
    public bool IsConnected => _transport is { IsSecured: true } && !IsClosed;

    public bool IsClosed { get; private set; }

    /// <summary>True when the remote agreed to receive Opus from us.</summary>
    public bool SendsAudio => _agreed?.Audio is { Sends: true };

    /// <summary>True when the remote sends a microphone.</summary>
    public bool ReceivesAudio => _agreed?.Audio is { Receives: true };

    /// <summary>True when the remote agreed to receive VP8 from us.</summary>
    public bool SendsVideo => _agreed?.Video is { Sends: true };

    /// <summary>True when data channels were agreed.</summary>
    public bool HasChannels => _agreed?.Channels is not null;

    /// <summary>True in the client role: its remote's address is known before anything is received from it.</summary>
    internal bool IsClient { get; private set; }

    public PeerStats Stats { get; } = new();

    /// <summary>When <see cref="Advance"/> wants to be called next; <see cref="long.MaxValue"/> for never.</summary>
    public long NextDeadline
    {
        get
        {
            if (IsClosed || _transport is null)
            {
                return long.MaxValue;
            }

            var media = Math.Min(_streams?.Video?.NextDeadline ?? long.MaxValue, _rtcp?.NextDeadline ?? long.MaxValue);
            return Math.Min(Math.Min(_transport.NextDeadline, _channels?.Association.NextDeadline ?? long.MaxValue), media);
        }
    }

    /// <summary>True when datagrams from this address belong to this peer: it passed an ICE check or is a candidate.</summary>
    public bool Knows(in NetAddress address) => _transport is not null && _transport.Knows(address);

    /// <summary>Server role: validates an offer and returns the complete answer. Once per peer.</summary>
    /// <exception cref="SdpException">The offer cannot be used; the message is for people.</exception>
    public string AcceptOffer(string sdp, long now)
    {
        RequireFresh();
        var agreed = Negotiator.FromOffer(SdpParser.Parse(sdp));
        var isServer = agreed.Remote.Setup != "passive";
        _lite = new IceLiteAgent(_credentials, _writer, now);
        Begin(agreed, _lite, isServer, now);
        return SdpWriter.Answer(agreed, _local, isServer ? "passive" : "active");
    }

    /// <summary>
    /// Server role, while connected: takes a later offer of the same remote connection, as an ICE restart or a change of direction brings
    /// it. Keys, streams and data channels go on.
    /// </summary>
    /// <returns>The complete answer; null when the offer is of another connection, or asks for what this peer cannot change to: either
    /// needs a new peer.</returns>
    /// <exception cref="SdpException">The offer cannot be used; the message is for people.</exception>
    public string? AcceptReoffer(string sdp)
    {
        if (!IsConnected || _lite is null || _first is null || _transport is null)
        {
            return null;
        }

        var agreed = Negotiator.FromOffer(SdpParser.Parse(sdp));
        if (!agreed.Continues(_first))
        {
            return null;
        }

        if (agreed.Remote.Ufrag != _agreed!.Remote.Ufrag || agreed.Remote.Password != _agreed.Remote.Password)
        {
            _credentials = IceCredentials.Create(_config.Random);
            _lite.Restart(_credentials);
        }

        _agreed = agreed;
        _streams!.Change(agreed);
        _local = _local with { Version = _local.Version + 1, Ufrag = _credentials.Ufrag, Password = _credentials.Password };
        return SdpWriter.Answer(agreed, _local, _transport.IsDtlsServer ? "passive" : "active");
    }

    /// <summary>Client role: the complete offer; <see cref="AcceptAnswer"/> follows.</summary>
    public string CreateOffer(OfferOptions options, long now)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireFresh();
        _offeredLines = options.Lines;
        IsClient = true;
        return SdpWriter.Offer(options, _local);
    }

    /// <summary>Client role: takes the answer and starts connecting.</summary>
    /// <exception cref="SdpException">The answer cannot be used; the message is for people.</exception>
    public void AcceptAnswer(string sdp, long now)
    {
        RequireFresh();
        var agreed = Negotiator.FromAnswer(SdpParser.Parse(sdp), _offeredLines);
        var remote = new IceCredentials(agreed.Remote.Ufrag, agreed.Remote.Password);
        var ice = new IceClientAgent(_credentials, remote, agreed.Remote.Candidates, _writer, _config.Random, now);
        Begin(agreed, ice, isServer: agreed.Remote.Setup == "active", now);
    }

    /// <summary>Takes one datagram, which may be changed in place. Malformed input is counted and dropped.</summary>
    public void Receive(Span<byte> datagram, in NetAddress from, long now)
    {
        if (!IsClosed)
        {
            _transport?.Receive(datagram, from, now);
        }
    }

    /// <summary>Runs the timers that are due.</summary>
    public void Advance(long now)
    {
        if (IsClosed || _transport is null)
        {
            return;
        }

        _transport.Advance(now);
        if (IsConnected)
        {
            _streams?.Video?.Advance(now);
            _rtcp?.Advance(now);
            _channels?.Association.Advance(now);
        }
    }

    /// <summary>Sends one Opus packet at once.</summary>
    /// <param name="opus">The packet.</param>
    /// <param name="timestamp">48 kHz ticks of the media clock.</param>
    /// <param name="now">The caller's time, µs.</param>
    /// <returns>False when not connected, not negotiated, or too large.</returns>
    public bool SendAudio(ReadOnlySpan<byte> opus, uint timestamp, long now)
    {
        if (!IsConnected || _streams?.Audio is not { } audio || !audio.Send(opus, timestamp, now))
        {
            return false;
        }

        _rtcp?.Begin(now);
        return true;
    }

    /// <summary>Sends one VP8 frame, cut into packets and paced.</summary>
    /// <param name="vp8">The frame.</param>
    /// <param name="isKeyFrame">A key frame.</param>
    /// <param name="goldenOnly">Predicted from the golden frame alone and never predicted from: sent as temporal layer 1 with layer sync.</param>
    /// <param name="timestamp">90 kHz ticks of the media clock.</param>
    /// <param name="now">The caller's time, µs.</param>
    /// <returns>False when not connected, not negotiated, or when the frame does not fit behind what still waits.</returns>
    public bool SendVideo(ReadOnlySpan<byte> vp8, bool isKeyFrame, bool goldenOnly, uint timestamp, long now)
    {
        if (!IsConnected || _streams?.Video is not { } video || !video.Send(vp8, isKeyFrame, goldenOnly, timestamp, now))
        {
            return false;
        }

        _rtcp?.Begin(now);
        return true;
    }

    /// <summary>Opens a reliable, ordered data channel; messages may be sent at once, they follow the opening.</summary>
    /// <returns>The channel's id, or null when channels were not agreed, the peer is not connected, or there are too many.</returns>
    public ushort? OpenChannel(string label, string protocol, long now) =>
        IsConnected && _channels is not null && _channels.Association.OpenChannel(label, protocol, ChannelReliability.Default, now, out var channel)
            ? channel
            : null;

    /// <summary>Sends a message on a data channel; the bytes are copied.</summary>
    /// <returns>False when the channel is not open, the message is too large for the remote, or too much waits already.</returns>
    public bool SendMessage(ushort channel, bool text, ReadOnlySpan<byte> message, long now) =>
        IsConnected && _channels is not null && _channels.Association.Send(channel, text, message, now);

    /// <summary>Closes a data channel after what was sent on it has arrived.</summary>
    public void CloseChannel(ushort channel, long now)
    {
        if (IsConnected)
        {
            _channels?.Association.CloseChannel(channel, now);
        }
    }

    /// <summary>Asks the remote for a key frame of the video we receive.</summary>
    public bool RequestKeyFrame(long now) => IsConnected && _rtcp is not null && _rtcp.RequestKeyFrame(now);

    /// <summary>Tells the remote and closes; <see cref="IPeerObserver.OnClosed"/> is called before this returns.</summary>
    public void Close(long now) => End(PeerCloseReason.Local);

    /// <summary>
    /// Lets the DTLS handshake be computed on another thread; to be called after the descriptions and before the first datagram. Everything
    /// else stays on the owner's thread.
    /// </summary>
    /// <param name="run">Runs one step on any thread.</param>
    /// <param name="done">Called on that thread afterwards; <see cref="HandshakeStepDone"/> has to follow on the owner's.</param>
    internal void Offload(Action<Action> run, Action done) => _transport?.Offload(run, done);

    /// <summary>A step of the handshake is done.</summary>
    internal void HandshakeStepDone(long now)
    {
        if (!IsClosed)
        {
            _transport?.HandshakeStepDone(now);
        }
    }

    /// <summary>Ends the peer after a broken invariant.</summary>
    internal void Abandon() => End(PeerCloseReason.Bug);

    void ITransportSink.OnSecured(long now)
    {
        if (_streams is { Receiver.IsUsed: true })
        {
            _rtcp?.Begin(now);
        }

        if (_agreed is { Channels: not null } agreed && _transport is not null)
        {
            _channels = new PeerChannels(_config, agreed, _transport, _observer, OnAssociationClosed);
            _channels.Association.Start(now);
        }

        _observer.OnConnected();
    }

    void ITransportSink.OnRtp(ReadOnlySpan<byte> packet, long now) => _streams?.Receiver.Receive(packet, now);

    void ITransportSink.OnRtcp(ReadOnlySpan<byte> packet, long now) => _rtcp?.Receive(packet, now);

    void ITransportSink.OnApplicationData(ReadOnlySpan<byte> data, long now) => _channels?.Association.Receive(data, now);

    void ITransportSink.OnSilence(bool silent) => _observer.OnSilence(silent);

    void ITransportSink.OnEnded(PeerCloseReason reason, long now) => End(reason);

    private void Begin(Negotiation agreed, IIceAgent ice, bool isServer, long now)
    {
        _first = _agreed = agreed;
        Stats.LastHeard = now;
        var dtls = new DtlsDriver(_config.Dtls, isServer, agreed.Remote.Fingerprint, _config.DtlsRetransmitAfter, _writer);
        _transport = new PeerTransport(_config, ice, dtls, _writer, Stats, this, now);
        _streams = new MediaStreams(agreed, _local, _transport, _config, Stats, _observer);
        _rtcp = new RtcpMachine(_config, _transport, Stats, _observer, _streams, _local.CName);
    }

    private void OnAssociationClosed(SctpCloseReason reason)
    {
        if (!IsClosed && reason != SctpCloseReason.Local)
        {
            End(reason is SctpCloseReason.RemoteShutdown or SctpCloseReason.RemoteAbort
                ? PeerCloseReason.RemoteClosed
                : PeerCloseReason.ChannelsFailed);
        }
    }

    private void RequireFresh()
    {
        if (_agreed is not null || IsClosed)
        {
            throw new InvalidOperationException("The peer has its descriptions already.");
        }
    }

    private void End(PeerCloseReason reason)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        if (reason == PeerCloseReason.Local)
        {
            _channels?.Association.Abort();
            _transport?.Close();
        }

        _streams?.Video?.Clear();
        _transport?.Dispose();
        _observer.OnClosed(reason);
    }
}
