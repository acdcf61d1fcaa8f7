using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AvatarGrains.WebRtc.Dtls;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>
/// One DTLS association. OpenSSL times retransmission by the wall clock and cannot be given another; its timer is kept a little shorter than the
/// owner's, so that <see cref="Retransmit"/> finds it expired. When the owner's time runs ahead of the wall clock it has not expired; then the last
/// flight is sent again as it was.
/// </summary>
internal sealed class OpenSslDtlsAssociation : IDtlsAssociation
{
    private const int Mtu = 1200;
    private const int MaxDatagram = 2048;
    private const int QueueLimit = 256 * 1024;
    private const int FlightLimit = 32 * 1024;
    private const uint FirstTimeoutMicroseconds = 900_000;
    private const uint LastTimeoutMicroseconds = 55_000_000;
    private const byte HandshakeRecord = 22;

    private readonly SslHandle _ssl;
    private readonly bool _server;
    private readonly DatagramQueue _outgoing = new(QueueLimit);
    private readonly DatagramQueue _incoming = new(QueueLimit);
    private readonly DatagramQueue _flight = new(FlightLimit);
    private readonly byte[] _fingerprint = new byte[32];
    private unsafe byte* _input;
    private int _inputLength;
    private bool _flightBegun;

    public unsafe OpenSslDtlsAssociation(SslContextHandle context, bool server)
    {
        _server = server;
        _ssl = NativeSsl.SSL_new(context);
        if (_ssl.IsInvalid)
        {
            throw OpenSslDtlsFactory.Error("cannot create a DTLS association");
        }

        var owner = GCHandle.Alloc(this, GCHandleType.Weak);
        _ssl.SetOwner(owner);
        var bio = DatagramBio.Create(owner);
        NativeSsl.SSL_set_bio(_ssl, bio, bio);
        NativeSsl.SSL_ctrl(_ssl, NativeSsl.CtrlSetMtu, Mtu, 0);
        NativeSsl.SSL_ctrl(_ssl, NativeSsl.CtrlSetMaxSendFragment, MaxDatagram, 0);
        NativeSsl.DTLS_set_timer_cb(_ssl, &NextTimeout);
        if (server)
        {
            NativeSsl.SSL_set_accept_state(_ssl);
        }
        else
        {
            NativeSsl.SSL_set_connect_state(_ssl);
        }
    }

    public DtlsState State { get; private set; }

    public ReadOnlySpan<byte> PeerFingerprint => State is DtlsState.Connected or DtlsState.Closed ? _fingerprint : default;

    public SrtpProfile Profile { get; private set; }

    public void Start()
    {
        if (!_server)
        {
            Pump();
        }
    }

    public unsafe void Receive(ReadOnlySpan<byte> datagram)
    {
        if (State is DtlsState.Failed or DtlsState.Closed || datagram.IsEmpty)
        {
            return;
        }

        // A client that repeats its flight has not received our last one, which no timer here repeats (RFC 6347 section 4.2.4).
        if (_server && State == DtlsState.Connected && IsPlainHandshake(datagram))
        {
            _flight.CopyTo(_outgoing);
        }

        fixed (byte* input = datagram)
        {
            _input = input;
            _inputLength = datagram.Length;
            Pump();
            _input = null;
            _inputLength = 0;
        }
    }

    public int TakeOutgoing(Span<byte> datagram) => _outgoing.Dequeue(datagram);

    public int TakeApplicationData(Span<byte> data) => _incoming.Dequeue(data);

    public bool Send(ReadOnlySpan<byte> data)
    {
        if (State != DtlsState.Connected || data.IsEmpty || data.Length > MaxDatagram)
        {
            return false;
        }

        NativeSsl.ERR_clear_error();
        return NativeSsl.SSL_write(_ssl, data, data.Length) == data.Length;
    }

    public void Retransmit()
    {
        if (State != DtlsState.Handshaking)
        {
            return;
        }

        NativeSsl.ERR_clear_error();
        _flightBegun = false;
        switch (NativeSsl.SSL_ctrl(_ssl, NativeSsl.CtrlHandleTimeout, 0, 0))
        {
            case 0:
                _flight.CopyTo(_outgoing);
                break;
            case < 0:
                State = DtlsState.Failed;
                break;
        }
    }

    public void ExportSrtpKeys(Span<byte> material)
    {
        var label = "EXTRACTOR-dtls_srtp"u8;
        if (State != DtlsState.Connected
            || NativeSsl.SSL_export_keying_material(_ssl, material, (nuint)material.Length, label, (nuint)label.Length, 0, 0, 0) != 1)
        {
            throw new InvalidOperationException($"no keys to export: the association is {State}");
        }
    }

    public void Close()
    {
        if (State == DtlsState.Connected)
        {
            NativeSsl.ERR_clear_error();
            NativeSsl.SSL_shutdown(_ssl);
            State = DtlsState.Closed;
        }
    }

    public void Dispose() => _ssl.Dispose();

    internal void OnWrite(ReadOnlySpan<byte> datagram)
    {
        if (State == DtlsState.Handshaking)
        {
            if (!_flightBegun)
            {
                _flight.Clear();
                _flightBegun = true;
            }

            _flight.Enqueue(datagram);
        }

        _outgoing.Enqueue(datagram);
    }

    internal unsafe int OnRead(Span<byte> buffer)
    {
        var length = Math.Min(_inputLength, buffer.Length);
        new ReadOnlySpan<byte>(_input, length).CopyTo(buffer);
        _inputLength = 0;
        return length;
    }

    private void Pump()
    {
        if (State == DtlsState.Handshaking)
        {
            _flightBegun = false;
            NativeSsl.ERR_clear_error();
            var result = NativeSsl.SSL_do_handshake(_ssl);
            if (result == 1)
            {
                OnHandshakeDone();
            }
            else
            {
                OnError(result);
            }
        }

        if (State == DtlsState.Connected)
        {
            ReadApplicationData();
        }
    }

    private void ReadApplicationData()
    {
        Span<byte> buffer = stackalloc byte[MaxDatagram];
        while (true)
        {
            NativeSsl.ERR_clear_error();
            var length = NativeSsl.SSL_read(_ssl, buffer, buffer.Length);
            if (length <= 0)
            {
                OnError(length);
                return;
            }

            _incoming.Enqueue(buffer[..length]);
        }
    }

    private void OnError(int result)
    {
        switch (NativeSsl.SSL_get_error(_ssl, result))
        {
            case NativeSsl.ErrorWantRead or NativeSsl.ErrorWantWrite:
                break;
            case NativeSsl.ErrorZeroReturn:
                State = DtlsState.Closed;
                break;
            default:
                State = DtlsState.Failed;
                break;
        }
    }

    private unsafe void OnHandshakeDone()
    {
        var certificate = NativeSsl.SSL_get1_peer_certificate(_ssl);
        if (certificate == 0)
        {
            State = DtlsState.Failed;
            return;
        }

        uint length = 0;
        NativeSsl.X509_digest(certificate, NativeSsl.EVP_sha256(), _fingerprint, ref length);
        NativeSsl.X509_free(certificate);
        var profile = NativeSsl.SSL_get_selected_srtp_profile(_ssl);
        Profile = profile is null ? default : (SrtpProfile)profile->Id;
        State = DtlsState.Connected;
        if (!_server)
        {
            _flight.Clear();
        }
    }

    /// <summary>A handshake record of epoch 0 (RFC 6347 section 4.1).</summary>
    private static bool IsPlainHandshake(ReadOnlySpan<byte> datagram) =>
        datagram.Length > 13 && datagram[0] == HandshakeRecord && datagram[3] == 0 && datagram[4] == 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NextTimeout(nint ssl, uint microseconds) =>
        microseconds == 0 ? FirstTimeoutMicroseconds : Math.Min(2 * microseconds, LastTimeoutMicroseconds);
}
