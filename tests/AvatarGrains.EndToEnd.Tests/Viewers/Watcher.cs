using System.Text;
using System.Text.Json.Nodes;
using AvatarGrains.Client.Media;
using AvatarGrains.Client.Perso;
using AvatarGrains.Client.Viewing;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.EndToEnd.Tests.Viewers;

/// <summary>A viewer of a real server, and what it saw, heard and was told.</summary>
internal sealed class Watcher : IReceptionListener, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly OpenSslDtlsFactory _dtls = new(TimeProvider.System);
    private readonly List<long> _frames = [];
    private readonly List<string> _messages = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiting = [];
    private long _speech;
    private long _lastSpeechAt;
    private HeadlessViewer? _viewer;

    public HeadlessViewer Viewer => _viewer!;

    /// <summary>Packets that carried sound.</summary>
    public long Speech => Interlocked.Read(ref _speech);

    public long LastSpeechAt => Interlocked.Read(ref _lastSpeechAt);

    /// <summary>Arrivals of all frames, µs of the viewer.</summary>
    public long[] Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    /// <summary>Everything the data channel brought.</summary>
    public string[] Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public static async Task<string> CreateSessionAsync(HttpClient http, string voice = "slt") =>
        await new PersoApi(http).CreateSessionAsync(
            new JsonObject
            {
                ["capability"] = new JsonArray("LLM", "TTS", "STT", "STF_WEBRTC"),
                ["llm_type"] = "guide",
                ["tts_type"] = voice,
                ["stt_type"] = "default",
            },
            TestContext.Current.CancellationToken);

    /// <summary>Connects to a session, a new one when none is named.</summary>
    /// <param name="http">At the server.</param>
    /// <param name="session">Its id.</param>
    /// <param name="dtls">Wraps the watcher's DTLS.</param>
    public static async Task<Watcher> ConnectAsync(HttpClient http, string? session = null, Func<IDtlsFactory, IDtlsFactory>? dtls = null)
    {
        var watcher = new Watcher();
        var stop = TestContext.Current.CancellationToken;
        watcher._viewer = await HeadlessViewer.ConnectAsync(
            new PersoApi(http), session ?? await CreateSessionAsync(http),
            dtls?.Invoke(watcher._dtls) ?? watcher._dtls, new SrtpFactory(), watcher, TimeProvider.System, stop);
        return watcher;
    }

    public Task SendAsync(string type, string? message = null) => Viewer.SendAsync(
        new JsonObject { ["type"] = type, ["data"] = message is null ? new JsonObject() : new JsonObject { ["message"] = message } }.ToJsonString());

    /// <summary>Sends unless the connection has ended meanwhile.</summary>
    public async Task TrySendAsync(string type)
    {
        if (await Task.WhenAny(Viewer.Closed, SendAsync(type)) is { IsFaulted: true } failed)
        {
            Assert.IsType<IOException>(failed.Exception!.InnerException);
        }
    }

    /// <summary>Waits until something is so; looked at again whenever anything arrives.</summary>
    /// <exception cref="TimeoutException">It did not become so.</exception>
    public async Task UntilAsync(Func<bool> condition, TimeSpan? patience = null)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((condition, met));
        }

        Look();
        await met.Task.WaitAsync(patience ?? Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public Task SaidAsync(string part) => UntilAsync(() => Messages.Any(message => message.Contains(part, StringComparison.Ordinal)));

    /// <summary>Waits until so many more frames have come.</summary>
    public Task MoreFramesAsync(int count)
    {
        var goal = Frames.Length + count;
        return UntilAsync(() => Frames.Length >= goal);
    }

    public void OnConnected(long now) => Look();

    public void OnChannelReady(long now) => Look();

    public void OnMessage(bool text, ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            _messages.Add(Encoding.UTF8.GetString(message));
        }

        Look();
    }

    public void OnAudio(in AudioArrival audio, ReadOnlySpan<byte> opus)
    {
        if (audio.IsSpeech)
        {
            Interlocked.Increment(ref _speech);
            Interlocked.Exchange(ref _lastSpeechAt, audio.At);
            Look();
        }
    }

    public void OnFrame(in FrameArrival frame)
    {
        lock (_gate)
        {
            _frames.Add(frame.At);
        }

        Look();
    }

    public void OnClosed(PeerCloseReason reason) => Look();

    public async ValueTask DisposeAsync()
    {
        if (_viewer is not null)
        {
            await _viewer.DisposeAsync();
        }

        _dtls.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Condition())
                {
                    _waiting[i].Met.TrySetResult();
                    _waiting.RemoveAt(i);
                }
            }
        }
    }
}
