using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>
/// One SCTP association carrying data channels. Sans-IO: see the folder's README. One owner, not thread-safe. Observer callbacks made while
/// a packet is taken in may call methods of the association; what these send leaves when that packet has been handled.
/// </summary>
public sealed class SctpAssociation
{
    private const int MaxInitAttempts = 8;
    private const int MaxErrors = 10;

    private readonly SctpOptions _options;
    private readonly ISctpObserver _observer;
    private readonly SctpPacketWriter _writer;
    private readonly SctpCookie _cookies;
    private readonly RtoEstimator _rto = new();
    private readonly SctpSender _sender;
    private readonly SctpReceiver _receiver;
    private readonly StreamResets _resets;
    private readonly ChannelTable _channels;
    private readonly SctpHeartbeat _heartbeat;
    private readonly uint _localTag;
    private readonly uint _initialTsn;
    private uint _peerTag;
    private byte[] _cookieEcho = [];
    private long _handshakeDeadline = long.MaxValue;
    private int _handshakeAttempts;
    private int _depth;
    private bool _ended;

    /// <param name="options">Limits and ports.</param>
    /// <param name="observer">Takes packets and events.</param>
    /// <param name="random">Makes tags and the cookie key: cryptographic in production.</param>
    public SctpAssociation(SctpOptions options, ISctpObserver observer, EntropySource random)
    {
        _options = options;
        _observer = observer;
        _writer = new SctpPacketWriter(options, observer);
        _cookies = new SctpCookie(random);
        Span<byte> seed = stackalloc byte[8];
        random(seed);
        _localTag = Math.Max(1, BinaryPrimitives.ReadUInt32BigEndian(seed));
        _initialTsn = BinaryPrimitives.ReadUInt32BigEndian(seed[4..]);
        _sender = new SctpSender(options, _initialTsn, _rto);
        _channels = new ChannelTable(options, observer, _sender);
        _receiver = new SctpReceiver(options, _channels);
        _resets = new StreamResets(_channels, _rto, _initialTsn);
        _heartbeat = new SctpHeartbeat(_rto);
        _channels.Attach(_receiver, _resets);
    }

    public SctpState State { get; private set; }

    /// <summary>Message bytes queued or not yet acknowledged.</summary>
    public int BufferedBytes => _sender.BufferedBytes;

    /// <summary>When <see cref="Advance"/> wants to be called; <see cref="long.MaxValue"/> when no timer runs.</summary>
    public long NextDeadline => _ended
        ? long.MaxValue
        : Math.Min(Math.Min(Math.Min(_handshakeDeadline, _sender.Deadline), Math.Min(_receiver.SackDeadline, _resets.Deadline)), _heartbeat.Deadline);

    /// <summary>Sends INIT. No effect when the peer was first.</summary>
    public void Start(long now)
    {
        if (State == SctpState.Closed && !_ended)
        {
            State = SctpState.CookieWait;
            SendInit(now);
        }
    }

    /// <summary>Takes one packet. Malformed packets are dropped.</summary>
    public void Receive(ReadOnlySpan<byte> packet, long now)
    {
        if (_ended || packet.Length < SctpWire.CommonHeader + SctpWire.ChunkHeader || !SctpChecksum.Verify(packet)
            || BinaryPrimitives.ReadUInt16BigEndian(packet) != _options.RemotePort
            || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != _options.LocalPort)
        {
            return;
        }

        var tag = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        _depth++;
        var hadData = ReceiveChunks(packet[SctpWire.CommonHeader..], tag, now);
        if (hadData && !_ended)
        {
            _receiver.OnPacketDone(now);
        }

        _depth--;
        Flush(now);
    }

    /// <summary>Runs the timers that are due.</summary>
    public void Advance(long now)
    {
        if (_ended || now < NextDeadline)
        {
            return;
        }

        if (now >= _handshakeDeadline)
        {
            OnHandshakeTimeout(now);
        }

        if (!_ended && now >= _sender.Deadline)
        {
            _sender.OnTimeout(now);
        }

        if (!_ended && now >= _resets.Deadline)
        {
            _resets.OnTimeout();
        }

        if (!_ended && now >= _heartbeat.Deadline)
        {
            if (_sender.IsIdle)
            {
                _heartbeat.Send(_writer, _peerTag, now);
            }
            else
            {
                _heartbeat.Restart(now);
            }
        }

        if (!_ended && _sender.Errors + _resets.Errors + _heartbeat.Errors > MaxErrors)
        {
            End(SctpCloseReason.Timeout);
            return;
        }

        Flush(now);
    }

    /// <summary>Opens a channel. Allowed at any time; before the handshake is done it waits.</summary>
    /// <param name="label">Shown to the peer; at most 65535 bytes of UTF-8, and with the protocol at most what the peer takes.</param>
    /// <param name="protocol">Subprotocol, or empty.</param>
    /// <param name="reliability">How it delivers.</param>
    /// <param name="now">Monotonic microseconds.</param>
    /// <param name="channel">Its stream id.</param>
    /// <returns>False when there are too many channels or the association is over.</returns>
    public bool OpenChannel(string label, string protocol, ChannelReliability reliability, long now, out ushort channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(System.Text.Encoding.UTF8.GetByteCount(label), ushort.MaxValue, nameof(label));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(System.Text.Encoding.UTF8.GetByteCount(protocol), ushort.MaxValue, nameof(protocol));
        channel = 0;
        if (!MaySend || !_channels.Open(label, protocol, reliability, out channel))
        {
            return false;
        }

        Flush(now);
        return true;
    }

    /// <summary>Sends a message; the bytes are copied.</summary>
    /// <returns>False when the channel is not open, the message is too large for the peer, or the send buffer is full.</returns>
    public bool Send(ushort channel, bool text, ReadOnlySpan<byte> message, long now)
    {
        if (!MaySend || !_channels.Send(channel, text, message, now))
        {
            return false;
        }

        Flush(now);
        return true;
    }

    /// <summary>Closes a channel after what was sent on it has arrived.</summary>
    public void CloseChannel(ushort channel, long now)
    {
        _channels.Close(channel);
        Flush(now);
    }

    /// <summary>Ends the association after everything sent has arrived.</summary>
    public void Shutdown(long now)
    {
        switch (State)
        {
            case SctpState.Established:
                State = SctpState.ShutdownPending;
                Flush(now);
                break;
            case SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed:
                End(SctpCloseReason.Local);
                break;
        }
    }

    /// <summary>Ends the association at once and tells the peer.</summary>
    public void Abort() => Abort(SctpCloseReason.Local);

    private bool MaySend => !_ended && State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed or SctpState.Established;

    private bool ReceiveChunks(ReadOnlySpan<byte> rest, uint tag, long now)
    {
        var hadData = false;
        while (rest.Length >= SctpWire.ChunkHeader && !_ended)
        {
            var type = rest[0];
            var flags = rest[1];
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < SctpWire.ChunkHeader || length > rest.Length || !IsTagRight(type, flags, tag))
            {
                break;
            }

            hadData |= type == SctpWire.Data && State >= SctpState.Established;
            if (!OnChunk(type, flags, rest[SctpWire.ChunkHeader..length], now))
            {
                break;
            }

            rest = rest[Math.Min(rest.Length, SctpWire.Padded(length))..];
        }

        return hadData;
    }

    private bool IsTagRight(byte type, byte flags, uint tag) => type switch
    {
        SctpWire.Init => tag == 0,
        SctpWire.Abort or SctpWire.ShutdownComplete when (flags & SctpWire.FlagReflectedTag) != 0 => tag == _peerTag && _peerTag != 0,
        _ => tag == _localTag,
    };

    /// <returns>False when the rest of the packet is to be left alone.</returns>
    private bool OnChunk(byte type, byte flags, ReadOnlySpan<byte> value, long now)
    {
        switch (type)
        {
            case SctpWire.Init:
                OnInit(value, now);
                return false;
            case SctpWire.InitAck:
                OnInitAck(value, now);
                return false;
            case SctpWire.CookieEcho:
                return OnCookieEcho(value, now);
            case SctpWire.CookieAck:
                if (State == SctpState.CookieEchoed)
                {
                    Establish(now);
                }

                return true;
            case SctpWire.Abort:
                End(SctpCloseReason.RemoteAbort);
                return false;
        }

        if (State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed)
        {
            return false;
        }

        return OnEstablishedChunk(type, flags, value, now);
    }

    private bool OnEstablishedChunk(byte type, byte flags, ReadOnlySpan<byte> value, long now)
    {
        switch (type)
        {
            case SctpWire.Data:
                return _receiver.OnData(flags, value) || Violation();
            case SctpWire.ForwardTsn:
                return _receiver.OnForward(value) || Violation();
            case SctpWire.Sack:
                return OnSack(value, now);
            case SctpWire.Heartbeat:
                if (value.Length <= _options.PacketSize - SctpWire.CommonHeader - SctpWire.ChunkHeader - 3)
                {
                    value.CopyTo(_writer.Add(_peerTag, SctpWire.HeartbeatAck, 0, value.Length));
                }

                return true;
            case SctpWire.HeartbeatAck:
                _heartbeat.OnAnswer(value, now);
                return true;
            case SctpWire.Reconfig:
                _resets.Receive(value, _receiver.Cumulative, _writer, _peerTag);
                return true;
            case SctpWire.Shutdown:
                return OnShutdown(value, now);
            case SctpWire.ShutdownAck:
                OnShutdownAck();
                return false;
            case SctpWire.ShutdownComplete:
                if (State == SctpState.ShutdownAckSent)
                {
                    End(SctpCloseReason.RemoteShutdown);
                }

                return false;
            case SctpWire.Error:
                return true;
            default:
                // The type's high bit says whether the rest of the packet may be read (RFC 9260 section 3.2).
                return (type & 0x80) != 0;
        }
    }

    private bool OnSack(ReadOnlySpan<byte> value, long now)
    {
        if (value.Length < 12)
        {
            return false;
        }

        var gaps = value[12..];
        gaps = gaps[..Math.Min(gaps.Length, 4 * BinaryPrimitives.ReadUInt16BigEndian(value[8..]))];
        return _sender.OnSack(BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..]), gaps, now)
            || Violation();
    }

    private void SendInit(long now)
    {
        WriteInit(0, SctpWire.Init, 0);
        _writer.Emit();
        _handshakeDeadline = now + _rto.Value;
    }

    private Span<byte> WriteInit(uint tag, byte type, int cookieLength)
    {
        const int forward = 4;
        const int extensions = 6;
        var cookie = cookieLength == 0 ? 0 : SctpWire.ChunkHeader + cookieLength;
        var value = _writer.Add(tag, type, 0, SctpPeerParameters.FixedSize + forward + SctpWire.Padded(extensions) + cookie);
        BinaryPrimitives.WriteUInt32BigEndian(value, _localTag);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], _receiver.Window);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], SctpWire.Streams);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], SctpWire.Streams);
        BinaryPrimitives.WriteUInt32BigEndian(value[12..], _initialTsn);
        value = value[SctpPeerParameters.FixedSize..];
        BinaryPrimitives.WriteUInt16BigEndian(value, SctpWire.ParameterForwardTsnSupported);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], forward);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], SctpWire.ParameterSupportedExtensions);
        BinaryPrimitives.WriteUInt16BigEndian(value[6..], extensions);
        value[8] = SctpWire.Reconfig;
        value[9] = SctpWire.ForwardTsn;
        if (cookie == 0)
        {
            return default;
        }

        value = value[12..];
        BinaryPrimitives.WriteUInt16BigEndian(value, SctpWire.ParameterCookie);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)cookie);
        return value[4..];
    }

    /// <summary>
    /// Answers an INIT. Our tag and TSN are the same whether we or the peer began, so that two INITs that cross make one association (RFC
    /// 9260 section 5.2.1). An established association does not restart: its DTLS connection carries no other.
    /// </summary>
    private void OnInit(ReadOnlySpan<byte> value, long now)
    {
        if (State is not (SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed)
            || !SctpPeerParameters.TryRead(value, out var peer, out _))
        {
            return;
        }

        _writer.Emit();
        _cookies.Write(WriteInit(peer.Tag, SctpWire.InitAck, SctpCookie.Size), peer, now);
        _writer.Emit();
    }

    private void OnInitAck(ReadOnlySpan<byte> value, long now)
    {
        if (State != SctpState.CookieWait || !SctpPeerParameters.TryRead(value, out var peer, out var cookie))
        {
            return;
        }

        if (cookie.IsEmpty || cookie.Length > _options.PacketSize - SctpWire.CommonHeader - SctpWire.ChunkHeader - 3)
        {
            Violation();
            return;
        }

        Adopt(peer);
        _cookieEcho = cookie.ToArray();
        State = SctpState.CookieEchoed;
        _handshakeAttempts = 0;
        SendCookieEcho(now);
    }

    private void SendCookieEcho(long now)
    {
        _cookieEcho.CopyTo(_writer.Add(_peerTag, SctpWire.CookieEcho, 0, _cookieEcho.Length));
        _writer.Emit();
        _handshakeDeadline = now + _rto.Value;
    }

    private bool OnCookieEcho(ReadOnlySpan<byte> value, long now)
    {
        if (!_cookies.TryRead(value, now, out var peer))
        {
            return false;
        }

        switch (State)
        {
            case SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed:
                Adopt(peer);
                _writer.Add(_peerTag, SctpWire.CookieAck, 0, 0);
                Establish(now);
                return true;
            default:
                if (peer.Tag != _peerTag)
                {
                    return false;
                }

                _writer.Add(_peerTag, SctpWire.CookieAck, 0, 0);
                return true;
        }
    }

    private void Adopt(in SctpPeerParameters peer)
    {
        _peerTag = peer.Tag;
        _sender.SetPeer(peer.Window, peer.CanForward);
        _receiver.Start(peer.InitialTsn);
        _resets.Start(peer.InitialTsn);
        _channels.SetPeer(peer.InboundStreams, peer.CanReset);
    }

    private void Establish(long now)
    {
        State = SctpState.Established;
        _handshakeDeadline = long.MaxValue;
        _handshakeAttempts = 0;
        _cookieEcho = [];
        _heartbeat.Restart(now);
        _observer.OnEstablished();
    }

    private void OnHandshakeTimeout(long now)
    {
        _handshakeDeadline = long.MaxValue;
        if (++_handshakeAttempts > MaxInitAttempts)
        {
            End(SctpCloseReason.Timeout);
            return;
        }

        _rto.BackOff();
        switch (State)
        {
            case SctpState.CookieWait:
                SendInit(now);
                break;
            case SctpState.CookieEchoed:
                SendCookieEcho(now);
                break;
            case SctpState.ShutdownSent:
                SendShutdown(now);
                break;
            case SctpState.ShutdownAckSent:
                SendShutdownAck(now);
                break;
        }
    }

    private bool OnShutdown(ReadOnlySpan<byte> value, long now)
    {
        if (value.Length < 4)
        {
            return false;
        }

        if (!_sender.OnSack(BinaryPrimitives.ReadUInt32BigEndian(value), null, default, now))
        {
            return Violation();
        }

        switch (State)
        {
            case SctpState.Established or SctpState.ShutdownPending:
                State = SctpState.ShutdownReceived;
                break;
            case SctpState.ShutdownSent or SctpState.ShutdownAckSent:
                State = SctpState.ShutdownAckSent;
                SendShutdownAck(now);
                break;
        }

        return true;
    }

    private void OnShutdownAck()
    {
        if (State is SctpState.ShutdownSent or SctpState.ShutdownAckSent)
        {
            _writer.Add(_peerTag, SctpWire.ShutdownComplete, 0, 0);
            _writer.Emit();
            End(State == SctpState.ShutdownSent ? SctpCloseReason.Local : SctpCloseReason.RemoteShutdown);
        }
    }

    private void SendShutdown(long now)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_writer.Add(_peerTag, SctpWire.Shutdown, 0, 4), _receiver.Cumulative);
        _handshakeDeadline = now + _rto.Value;
    }

    private void SendShutdownAck(long now)
    {
        _writer.Add(_peerTag, SctpWire.ShutdownAck, 0, 0);
        _handshakeDeadline = now + _rto.Value;
    }

    private bool Violation()
    {
        Abort(SctpCloseReason.ProtocolViolation);
        return false;
    }

    private void Abort(SctpCloseReason reason)
    {
        if (_ended)
        {
            return;
        }

        if (_peerTag != 0)
        {
            _writer.Add(_peerTag, SctpWire.Abort, 0, 0);
            _writer.Emit();
        }

        End(reason);
    }

    private void End(SctpCloseReason reason)
    {
        if (!_ended)
        {
            _ended = true;
            State = SctpState.Closed;
            _observer.OnClosed(reason);
        }
    }

    /// <summary>Sends what is ready; while a packet is being handled, this waits until its end.</summary>
    private void Flush(long now)
    {
        if (_depth > 0 || _ended)
        {
            return;
        }

        if (State >= SctpState.Established)
        {
            _depth++;
            _channels.RequestResets();
            _depth--;
            if (_ended)
            {
                return;
            }

            if (_receiver.IsSackDue(now))
            {
                _receiver.WriteSack(_writer, _peerTag);
            }

            _resets.Fill(_writer, _peerTag, _sender.LastTsn, now);
            _sender.Fill(_writer, _peerTag, now);
            if (_sender.IsIdle && State == SctpState.ShutdownPending)
            {
                State = SctpState.ShutdownSent;
                SendShutdown(now);
            }
            else if (_sender.IsIdle && State == SctpState.ShutdownReceived)
            {
                State = SctpState.ShutdownAckSent;
                SendShutdownAck(now);
            }
        }

        _writer.Emit();
    }
}
