using System.Net;
using System.Text;
using AvatarGrains.Client.Media;
using AvatarGrains.Client.Perso;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Client.Viewing;

/// <summary>One viewer with a socket and a loop of its own, connected to one session of a server on this machine.</summary>
public sealed class HeadlessViewer : IReceptionListener, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IReceptionListener _listener;
    private readonly MediaLoop _loop;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<PeerCloseReason> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReceiverClient _client;
    private MediaLoopEntry? _entry;

    private HeadlessViewer(string session, IDtlsFactory dtls, ISrtpFactory srtp, IReceptionListener listener, TimeProvider time)
    {
        SessionId = session;
        _listener = listener;
        var socket = new UdpDatagramSocket(new IPEndPoint(IPAddress.Loopback, 0));
        _loop = new MediaLoop(socket, new MediaLoopOptions { Name = "viewer", OnFault = error => _ready.TrySetException(error) }, time);
        var config =
            new PeerConfig { Dtls = dtls, Srtp = srtp, Candidates = [socket.LocalAddress], UnixMicrosecondsAtZero = _loop.UnixMicrosecondsAtZero };
        _client = new ReceiverClient(config, _loop.Writer, this, () => _loop.Now);
    }

    public string SessionId { get; }

    /// <summary>Where the viewer sends from.</summary>
    public NetAddress Address => _loop.LocalAddress;

    /// <summary>Completes when the connection is closed.</summary>
    public Task<PeerCloseReason> Closed => _closed.Task;

    /// <summary>What arrived so far. Written by the viewer's loop.</summary>
    public ReceiverClient Client => _client;

    /// <summary>The viewer's time, µs: that of all arrivals.</summary>
    public long Now => _loop.Now;

    /// <summary>Connects to a session and waits until the data channel is open.</summary>
    /// <exception cref="HttpRequestException">The server refused the exchange.</exception>
    /// <exception cref="TimeoutException">No connection was made in time.</exception>
    public static async Task<HeadlessViewer> ConnectAsync(
        PersoApi api,
        string session,
        IDtlsFactory dtls,
        ISrtpFactory srtp,
        IReceptionListener listener,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        await ConnectAsync(api, session, new HeadlessViewer(session, dtls, srtp, listener, time), null, time, cancellationToken);

    /// <summary>Connects with a microphone and waits until the data channel is open.</summary>
    /// <param name="api">At the server.</param>
    /// <param name="session">Which session.</param>
    /// <param name="dtls">DTLS.</param>
    /// <param name="srtp">SRTP.</param>
    /// <param name="listener">Called for everything that arrives.</param>
    /// <param name="microphone">What it sends as speech.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HttpRequestException">The server refused the exchange.</exception>
    /// <exception cref="TimeoutException">No connection was made in time.</exception>
    public static Task<HeadlessViewer> ConnectAsync(
        PersoApi api,
        string session,
        IDtlsFactory dtls,
        ISrtpFactory srtp,
        IReceptionListener listener,
        SpokenMicrophone microphone,
        TimeProvider time) =>
        ConnectAsync(api, session, new HeadlessViewer(session, dtls, srtp, listener, time), microphone, time, CancellationToken.None);

    private static async Task<HeadlessViewer> ConnectAsync(
        PersoApi api, string session, HeadlessViewer viewer, SpokenMicrophone? microphone, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await api.ExchangeAsync(session, viewer._client.Offer(viewer.Now, microphone: microphone is not null), cancellationToken);
            viewer._client.Accept(answer, viewer.Now);
            viewer._loop.Start();
            microphone?.Bind(viewer._client.Peer);
            viewer._entry = viewer._loop.Add(viewer._client.Peer, microphone);
            await viewer._ready.Task.WaitAsync(Patience, time, cancellationToken);
            return viewer;
        }
        catch
        {
            await viewer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a text message on the data channel. Any thread.</summary>
    /// <returns>The viewer's time when it was handed to the peer, µs.</returns>
    public Task<long> SendAsync(string message) => SendAsync(text: true, Encoding.UTF8.GetBytes(message));

    /// <summary>Sends a message on the data channel. Any thread.</summary>
    public async Task<long> SendAsync(bool text, byte[] message)
    {
        var sent = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _entry!.Post((_, _, now) => sent.TrySetResult(_client.Send(text, message, now) ? now : -1));
        var at = await sent.Task;
        return at >= 0 ? at : throw new IOException("The data channel takes no more.");
    }

    public ValueTask DisposeAsync()
    {
        _loop.Dispose();
        return ValueTask.CompletedTask;
    }

    void IReceptionListener.OnConnected(long now) => _listener.OnConnected(now);

    void IReceptionListener.OnChannelReady(long now)
    {
        _listener.OnChannelReady(now);
        _ready.TrySetResult();
    }

    void IReceptionListener.OnMessage(bool text, ReadOnlySpan<byte> message) => _listener.OnMessage(text, message);

    void IReceptionListener.OnAudio(in AudioArrival audio, ReadOnlySpan<byte> opus) => _listener.OnAudio(audio, opus);

    void IReceptionListener.OnVideoPacket(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker) =>
        _listener.OnVideoPacket(payload, sequence, timestamp, marker);

    void IReceptionListener.OnFrame(in FrameArrival frame) => _listener.OnFrame(frame);

    void IReceptionListener.OnClosed(PeerCloseReason reason)
    {
        _ready.TrySetException(new IOException($"the connection ended: {reason}"));
        _closed.TrySetResult(reason);
        _listener.OnClosed(reason);
    }
}
