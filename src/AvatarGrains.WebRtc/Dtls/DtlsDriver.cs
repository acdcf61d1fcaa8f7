using System.Security.Cryptography;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Dtls;

/// <summary>
/// Drives one association: keeps its retransmission timer, moves its datagrams and checks the certificate the description promised.
/// </summary>
internal sealed class DtlsDriver : IDisposable
{
    private const int MaxDatagram = 2048;
    private const long MaxInterval = 60_000_000;

    private readonly IDtlsFactory _factory;
    private readonly IDatagramWriter _writer;
    private readonly byte[] _fingerprint;
    private IDtlsAssociation? _started;
    private HandshakeSteps? _steps;
    private Action<Action>? _run;
    private Action? _stepDone;
    private long _interval;
    private bool _verified;

    public DtlsDriver(IDtlsFactory factory, bool isServer, byte[] remoteFingerprint, long firstRetransmit, IDatagramWriter writer)
    {
        _factory = factory;
        _writer = writer;
        _fingerprint = remoteFingerprint;
        _interval = firstRetransmit;
        IsServer = isServer;
    }

    public bool IsServer { get; }

    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>Where the association stands; connected only with the right certificate and a profile we know.</summary>
    public DtlsState State { get; private set; } = DtlsState.Handshaking;

    public SrtpProfile Profile => Association.Profile;

    /// <summary>True while a step of the handshake runs on another thread.</summary>
    private bool IsBusy => _steps is { IsRunning: true };

    private IDtlsAssociation Association => _started ?? throw new InvalidOperationException("The DTLS association is not started.");

    /// <summary>Lets the steps of the handshake run on another thread. To be called before <see cref="Start"/>.</summary>
    /// <param name="run">Runs one step on any thread.</param>
    /// <param name="done">Called on that thread afterwards; <see cref="StepDone"/> has to follow on the owner's.</param>
    public void Offload(Action<Action> run, Action done)
    {
        _run = run;
        _stepDone = done;
    }

    /// <summary>Starts once ICE has found a path, so that an offer without a client behind it costs no association.</summary>
    public void Start(in NetAddress to, long now)
    {
        _started = _factory.Create(IsServer);
        _steps = _run is null ? null : new HandshakeSteps(_started, _run, _stepDone!);
        _started.Start();
        NextDeadline = IsServer ? long.MaxValue : now + _interval;
        Drain(to);
    }

    public void Receive(ReadOnlySpan<byte> datagram, in NetAddress to, long now)
    {
        if (_steps is not null && State == DtlsState.Handshaking)
        {
            _steps.Add(datagram);
            return;
        }

        Association.Receive(datagram);
        Received(to, now);
    }

    /// <summary>Handles the result of a handshake step that ran on another thread.</summary>
    public void StepDone(in NetAddress to, long now)
    {
        var steps = _steps!;
        steps.Finish();
        Received(to, now);
        if (State == DtlsState.Handshaking)
        {
            steps.StartNext();
            return;
        }

        while (steps.TryTake(out var datagram))
        {
            Association.Receive(datagram);
        }

        Received(to, now);
    }

    public void Advance(in NetAddress to, long now)
    {
        if (now < NextDeadline || State != DtlsState.Handshaking)
        {
            return;
        }

        if (IsBusy)
        {
            NextDeadline = now + _interval;
            return;
        }

        Association.Retransmit();
        _interval = Math.Min(_interval * 2, MaxInterval);
        NextDeadline = now + _interval;
        Drain(to);
        Follow();
    }

    public bool Send(ReadOnlySpan<byte> data, in NetAddress to)
    {
        var sent = Association.Send(data);
        Drain(to);
        return sent;
    }

    public int TakeApplicationData(Span<byte> data) => Association.TakeApplicationData(data);

    public byte[] ExportSrtpKeys(int bytes)
    {
        var material = new byte[bytes];
        Association.ExportSrtpKeys(material);
        return material;
    }

    public void Close(in NetAddress to)
    {
        if (!IsBusy)
        {
            Association.Close();
            Drain(to);
        }
    }

    public void Dispose()
    {
        if (_steps is { } steps)
        {
            steps.Abandon();
        }
        else
        {
            _started?.Dispose();
        }
    }

    private void Received(in NetAddress to, long now)
    {
        if (IsServer && NextDeadline == long.MaxValue && Association.State == DtlsState.Handshaking)
        {
            NextDeadline = now + _interval;
        }

        Drain(to);
        Follow();
    }

    private void Follow()
    {
        State = Association.State;
        if (State == DtlsState.Handshaking)
        {
            return;
        }

        NextDeadline = long.MaxValue;
        if (State == DtlsState.Connected && !_verified)
        {
            _verified = CryptographicOperations.FixedTimeEquals(Association.PeerFingerprint, _fingerprint)
                && Profile is SrtpProfile.Aes128CmHmacSha1Tag80 or SrtpProfile.AeadAes128Gcm or SrtpProfile.AeadAes256Gcm;
            State = _verified ? DtlsState.Connected : DtlsState.Failed;
        }
    }

    private void Drain(in NetAddress to)
    {
        while (true)
        {
            var buffer = _writer.Rent(MaxDatagram);
            var length = Association.TakeOutgoing(buffer);
            if (length == 0)
            {
                return;
            }

            _writer.Commit(length, to);
        }
    }
}
