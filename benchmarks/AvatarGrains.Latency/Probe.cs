using System.Text.Json.Nodes;
using AvatarGrains.Client.Media;
using AvatarGrains.Client.Viewing;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.Latency;

/// <summary>One viewer that speaks to its avatar again and again and takes the times.</summary>
internal sealed class Probe : IReceptionListener
{
    private const long EndOfSpeech = 300_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private TaskCompletionSource<long>? _audio;
    private TaskCompletionSource<long>? _mouth;
    private long _mouthTime = -1;
    private long _lastFrameTime = -1;
    private long _lastFrameAt;
    private long _lastSpeechAt = -1;
    private long _endpointAt = -1;

    public Probe(TimeProvider time) => _time = time;

    public HeadlessViewer Viewer { get; set; } = null!;

    private SyncMeter Sync => Viewer.Client.Sync;

    /// <summary>Waits until sound and picture can be related to each other.</summary>
    public Task ReadyAsync() => UntilAsync(() => Sync.IsReady);

    /// <summary>Has something said and waits until it begins.</summary>
    /// <returns>Milliseconds to the first packet of sound and to the first frame whose mouth belongs to it.</returns>
    public async Task<(double Audio, double Mouth)> AskAsync(string type, string text)
    {
        TaskCompletionSource<long> audio = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<long> mouth = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            (_audio, _mouth, _mouthTime) = (audio, mouth, -1);
        }

        var message = new JsonObject { ["type"] = type, ["data"] = new JsonObject { ["message"] = text } };
        var sent = await Viewer.SendAsync(message.ToJsonString());
        var heard = await audio.Task.WaitAsync(Patience, _time);
        var seen = await mouth.Task.WaitAsync(Patience, _time);
        return ((heard - sent) / 1000.0, (seen - sent) / 1000.0);
    }

    /// <summary>Has a question spoken into the microphone and waits until the answer begins.</summary>
    /// <returns>Milliseconds to the first packet of the answer: from the moment the server told that the person has stopped, and from the
    /// recording's last packet.</returns>
    public async Task<(double Endpointed, double Spoken)> AskAloudAsync(SpokenMicrophone microphone, IReadOnlyList<ReadOnlyMemory<byte>> recording)
    {
        var over = await microphone.PlayAsync(recording);
        TaskCompletionSource<long> audio = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            (_audio, _mouth, _mouthTime) = (audio, null, -1);
        }

        var heard = await audio.Task.WaitAsync(Patience, _time);
        return ((heard - Interlocked.Read(ref _endpointAt)) / 1000.0, (heard - over) / 1000.0);
    }

    /// <summary>Interrupts and waits for silence.</summary>
    /// <returns>Milliseconds to the last packet of speech that still came.</returns>
    public async Task<double> InterruptAsync()
    {
        var sent = await Viewer.SendAsync("""{"type":"clear-buffer","data":{}}""");
        await QuietAsync();
        return Math.Max(0, (Interlocked.Read(ref _lastSpeechAt) - sent) / 1000.0);
    }

    /// <summary>Waits until nothing has been said for a while.</summary>
    public Task QuietAsync() => UntilAsync(() => Viewer.Now - Interlocked.Read(ref _lastSpeechAt) > EndOfSpeech);

    public Task PauseAsync(TimeSpan time) => Task.Delay(time, _time);

    public void OnConnected(long now)
    {
    }

    public void OnChannelReady(long now)
    {
    }

    public void OnMessage(bool text, ReadOnlySpan<byte> message)
    {
        if (message.IndexOf("\"phase\":\"thinking\""u8) >= 0)
        {
            Interlocked.CompareExchange(ref _endpointAt, Viewer.Now, -1);
        }
        else if (message.IndexOf("\"phase\":\"listening\""u8) >= 0)
        {
            // A pause inside the question is not its end.
            Interlocked.Exchange(ref _endpointAt, -1);
        }

        if (message.IndexOf("\"type\":\"error\""u8) >= 0)
        {
            lock (_gate)
            {
                _audio?.TrySetException(new IOException(System.Text.Encoding.UTF8.GetString(message)));
            }
        }
    }

    public void OnAudio(in AudioArrival audio, ReadOnlySpan<byte> opus)
    {
        if (!audio.IsSpeech)
        {
            return;
        }

        Interlocked.Exchange(ref _lastSpeechAt, audio.At);
        lock (_gate)
        {
            if (_audio is null)
            {
                return;
            }

            _audio.TrySetResult(audio.At);
            _audio = null;

            // The face of this sound is sent just before it: it may be here already.
            _mouthTime = Sync.AudioTime(audio.Timestamp) - 2000;
            if (_lastFrameTime >= _mouthTime)
            {
                _mouth?.TrySetResult(_lastFrameAt);
            }
        }
    }

    public void OnFrame(in FrameArrival frame)
    {
        lock (_gate)
        {
            (_lastFrameTime, _lastFrameAt) = (Sync.IsReady ? Sync.VideoTime(frame.Timestamp) : -1, frame.At);
            if (_mouthTime >= 0 && _lastFrameTime >= _mouthTime)
            {
                _mouth?.TrySetResult(frame.At);
            }
        }
    }

    public void OnClosed(PeerCloseReason reason)
    {
        lock (_gate)
        {
            _audio?.TrySetException(new IOException($"the connection ended: {reason}"));
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20), _time);
        while (!condition())
        {
            await ticks.WaitForNextTickAsync();
        }
    }
}
