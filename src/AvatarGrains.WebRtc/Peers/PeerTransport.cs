using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Ice;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.WebRtc.Peers;

/// <summary>The path of one peer: demultiplexes by RFC 7983, runs ICE, DTLS and SRTP, and watches that the remote is there.</summary>
internal sealed class PeerTransport : IDisposable
{
    /// <summary>Spare bytes SRTP wants behind a packet.</summary>
    public const int Trailer = 20;

    private const int MaxRecord = 2048;

    private readonly PeerConfig _config;
    private readonly IIceAgent _ice;
    private readonly IDatagramWriter _writer;
    private readonly PeerStats _stats;
    private readonly ITransportSink _sink;
    private readonly DtlsDriver _dtls;
    private readonly long _startedAt;
    private ISrtpSession? _srtp;
    private bool _dtlsStarted;
    private bool _silent;
    private bool _ended;

    public PeerTransport(PeerConfig config, IIceAgent ice, DtlsDriver dtls, IDatagramWriter writer, PeerStats stats, ITransportSink sink, long now)
    {
        _config = config;
        _ice = ice;
        _dtls = dtls;
        _writer = writer;
        _stats = stats;
        _sink = sink;
        _startedAt = now;
    }

    public bool IsSecured => _srtp is not null;

    public bool IsDtlsServer => _dtls.IsServer;

    public long NextDeadline
    {
        get
        {
            if (_ended)
            {
                return long.MaxValue;
            }

            var watch = _srtp is null ? _startedAt + _config.ConnectTimeout : _ice.ConsentAt + _config.ConsentTimeout;
            if (_srtp is not null && !_silent)
            {
                watch = Math.Min(watch, _stats.LastHeard + _config.SilenceAfter);
            }

            return Math.Min(watch, Math.Min(_ice.NextDeadline, _dtls.NextDeadline));
        }
    }

    public bool Knows(in NetAddress address) => _ice.Knows(address);

    public void Receive(Span<byte> datagram, in NetAddress from, long now)
    {
        if (_ended)
        {
            return;
        }

        _stats.PacketsReceived++;
        _stats.BytesReceived += datagram.Length;
        var first = datagram.IsEmpty ? byte.MaxValue : datagram[0];
        var good = first switch
        {
            < 4 => ReceiveCheck(datagram, from, now),
            >= 20 and < 64 => ReceiveDtls(datagram, from, now),
            >= 128 and < 192 => ReceiveSrtp(datagram, now),
            _ => false,
        };
        if (!good)
        {
            _stats.PacketsDropped++;
        }
    }

    public void Advance(long now)
    {
        _ice.Advance(now);
        if (_ice.Selected is { } to)
        {
            _dtls.Advance(to, now);
            Follow(now);
        }

        if (_ended)
        {
            return;
        }

        if (_srtp is null)
        {
            if (now - _startedAt >= _config.ConnectTimeout)
            {
                End(PeerCloseReason.ConnectTimeout, now);
            }
        }
        else if (now - _ice.ConsentAt >= _config.ConsentTimeout)
        {
            End(PeerCloseReason.ConsentExpired, now);
        }
        else if (!_silent && now - _stats.LastHeard >= _config.SilenceAfter)
        {
            _silent = true;
            _sink.OnSilence(true);
        }
    }

    /// <inheritdoc cref="DtlsDriver.Offload"/>
    public void Offload(Action<Action> run, Action done) => _dtls.Offload(run, done);

    /// <summary>Handles the end of a handshake step that ran on another thread.</summary>
    public void HandshakeStepDone(long now)
    {
        if (!_ended && _ice.Selected is { } to)
        {
            _dtls.StepDone(to, now);
            TakeApplicationData(now);
        }
    }

    /// <summary>A buffer for a plain packet of at most so many bytes, with room for what SRTP adds.</summary>
    public Span<byte> Rent(int size) => _writer.Rent(size + Trailer)[..(size + Trailer)];

    /// <summary>Encrypts and sends a rented RTP packet.</summary>
    public bool CommitRtp(Span<byte> packet, int length) => Commit(_srtp?.ProtectRtp(packet, length) ?? 0);

    /// <summary>Encrypts and sends a rented compound RTCP packet.</summary>
    public bool CommitRtcp(Span<byte> packet, int length) => Commit(_srtp?.ProtectRtcp(packet, length) ?? 0);

    /// <summary>Encrypts in place what is sent later by <see cref="SendProtected"/>.</summary>
    /// <returns>The new length, or 0.</returns>
    public int Protect(Span<byte> packet, int length) => _srtp?.ProtectRtp(packet, length) ?? 0;

    public void SendProtected(ReadOnlySpan<byte> packet)
    {
        packet.CopyTo(_writer.Rent(packet.Length));
        Commit(packet.Length);
    }

    public bool SendApplicationData(ReadOnlySpan<byte> data) => _ice.Selected is { } to && !_ended && _dtls.Send(data, to);

    /// <summary>Sends close_notify.</summary>
    public void Close()
    {
        if (!_ended && _ice.Selected is { } to && _dtlsStarted)
        {
            _dtls.Close(to);
        }

        _ended = true;
    }

    public void Dispose()
    {
        _ended = true;
        _srtp?.Dispose();
        _srtp = null;
        _dtls.Dispose();
    }

    private bool Commit(int length)
    {
        if (length == 0 || _ice.Selected is not { } to)
        {
            return false;
        }

        _writer.Commit(length, to);
        _stats.PacketsSent++;
        _stats.BytesSent += length;
        return true;
    }

    private bool ReceiveCheck(Span<byte> datagram, in NetAddress from, long now)
    {
        if (!_ice.Receive(datagram, from, now))
        {
            return false;
        }

        Heard(now);
        if (_ice.RoundTripTime > 0)
        {
            _stats.RoundTripTime = _ice.RoundTripTime;
        }

        if (!_dtlsStarted && _ice.Selected is { } to)
        {
            _dtlsStarted = true;
            _dtls.Start(to, now);
        }

        return true;
    }

    private bool ReceiveDtls(Span<byte> datagram, in NetAddress from, long now)
    {
        if (!_dtlsStarted || !_ice.Knows(from))
        {
            return false;
        }

        _dtls.Receive(datagram, _ice.Selected ?? from, now);
        TakeApplicationData(now);
        return true;
    }

    private void TakeApplicationData(long now)
    {
        Follow(now);
        Span<byte> data = stackalloc byte[MaxRecord];
        while (!_ended && _srtp is not null && _dtls.TakeApplicationData(data) is var length and > 0)
        {
            Heard(now);
            _sink.OnApplicationData(data[..length], now);
        }
    }

    private bool ReceiveSrtp(Span<byte> datagram, long now)
    {
        if (_srtp is null || datagram.Length < 12)
        {
            return false;
        }

        // RFC 5761 4: RTCP packet types are 192 to 223.
        var isRtcp = datagram[1] is >= 192 and <= 223;
        var length = isRtcp ? _srtp.UnprotectRtcp(datagram, datagram.Length) : _srtp.UnprotectRtp(datagram, datagram.Length);
        if (length == 0)
        {
            return false;
        }

        Heard(now);
        if (isRtcp)
        {
            _sink.OnRtcp(datagram[..length], now);
        }
        else
        {
            _sink.OnRtp(datagram[..length], now);
        }

        return true;
    }

    private void Heard(long now)
    {
        _stats.LastHeard = now;
        if (_silent)
        {
            _silent = false;
            _sink.OnSilence(false);
        }
    }

    /// <summary>Acts on the association's new state.</summary>
    private void Follow(long now)
    {
        switch (_dtls.State)
        {
            case DtlsState.Connected when _srtp is null:
                var (key, salt) = ISrtpFactory.Sizes(_dtls.Profile);
                _srtp = _config.Srtp.Create(_dtls.Profile, _dtls.ExportSrtpKeys(2 * (key + salt)), _dtls.IsServer);
                Heard(now);
                _sink.OnSecured(now);
                break;
            case DtlsState.Failed:
                End(PeerCloseReason.DtlsFailed, now);
                break;
            case DtlsState.Closed:
                End(PeerCloseReason.RemoteClosed, now);
                break;
            default:
                break;
        }
    }

    private void End(PeerCloseReason reason, long now)
    {
        if (!_ended)
        {
            _ended = true;
            _sink.OnEnded(reason, now);
        }
    }
}
