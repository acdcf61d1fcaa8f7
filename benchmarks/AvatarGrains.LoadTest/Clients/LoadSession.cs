using System.Text.Json;
using AvatarGrains.Client.Media;
using AvatarGrains.LoadTest.Measuring;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>One client: behaves as it is told and measures what it receives. Lives on the clients' media loop.</summary>
internal sealed class LoadSession : IReceptionListener, IMediaTicker, ILoadMember
{
    private const long TickInterval = 50_000;
    private const long PingInterval = 1_000_000;
    private const long EndOfSpeech = 150_000;
    private const long AnswerTimeout = 10_000_000;
    private const long Pause = 4_000_000;
    private const long BargeInAfter = 1_500_000;
    private const long BargeInSettled = 500_000;
    private const long KeyFramePatience = 500_000;
    private static readonly byte[] Ping = """{"type":"ping","data":{}}"""u8.ToArray();
    private static readonly byte[] Listen = """{"type":"listen","data":{"mode":"conversation"}}"""u8.ToArray();
    private static readonly byte[] ClearBuffer = """{"type":"clear-buffer","data":{}}"""u8.ToArray();

    private readonly Measures _measures;
    private readonly Texts _texts;
    private readonly Behaviour _behaviour;
    private readonly IMediaDecoding? _decoding;
    private readonly long _startedAt;
    private long _firstActAt;
    private long _pingAt;
    private long _connectedAt = -1;
    private long _askedAt = -1;
    private long _lastSpeechAt = -1;
    private long _spokeSince = -1;
    private long _cutAt = -1;
    private long _spokenAt = -1;
    private long _mouthTime = -1;
    private long _firstFaceSince = -1;
    private long _lastFrameTime;
    private long _lastFrameAt;
    private string _text = "";
    private long _endsAt = long.MaxValue;
    private int _turns;
    private bool _ready;

    /// <param name="measures">Shared by all clients of the loop.</param>
    /// <param name="texts">Shared by all clients of the loop.</param>
    /// <param name="behaviour">What to do.</param>
    /// <param name="startedAt">When joining began, µs of the loop.</param>
    /// <param name="wait">How long after connecting to begin, µs.</param>
    /// <param name="decoding">Decodes everything, for sampled clients.</param>
    public LoadSession(Measures measures, Texts texts, Behaviour behaviour, long startedAt, long wait, IMediaDecoding? decoding)
    {
        _measures = measures;
        _texts = texts;
        _behaviour = behaviour;
        _startedAt = startedAt;
        _firstActAt = wait;
        _decoding = decoding;
    }

    public ReceiverClient Client { get; set; } = null!;

    /// <summary>Told on the loop when the peer is closed.</summary>
    public Action<LoadSession>? Closed { get; set; }

    public MediaLoopEntry? Entry { get; set; }

    /// <summary>What the client says aloud, or null. Set before it is on the loop.</summary>
    public MicrophoneSender? Microphone { get; set; }

    public Behaviour Behaviour => _behaviour;

    /// <summary>The first key frame is there.</summary>
    public TaskCompletionSource Joined { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set by the owner before it closes the connection on purpose.</summary>
    public bool IsLeaving { get; set; }

    public IMediaDecoding? Decoding => _decoding;

    public Task LeaveAsync()
    {
        IsLeaving = true;
        Entry!.Close();
        return Ended.Task;
    }

    public long Tick(long due, long now)
    {
        if (_ready)
        {
            if (Microphone is { } microphone && microphone.Tick(Client, now))
            {
                _spokenAt = now;
            }

            if (now >= _pingAt)
            {
                Client.Send(Ping, now);
                _pingAt = now + PingInterval;
            }

            Act(now);
        }

        if (_connectedAt >= 0 && now - _connectedAt > KeyFramePatience && !Joined.Task.IsCompleted)
        {
            Client.Peer.RequestKeyFrame(now);
            _connectedAt = now;
        }

        return Math.Max(due + (Microphone is null ? TickInterval : MicrophoneSender.Interval), now);
    }

    public void OnConnected(long now) => _connectedAt = now;

    public void OnChannelReady(long now)
    {
        _ready = true;
        _pingAt = now + (_firstActAt % PingInterval);
        _firstActAt += now;
        if (Microphone is not null)
        {
            Client.Send(Listen, now);
            Microphone.Start(now + (_firstActAt % PingInterval));
        }
    }

    public void OnMessage(bool text, ReadOnlySpan<byte> message)
    {
        _measures.ErrorMessages += message.IndexOf("\"type\":\"error\""u8) >= 0 ? 1 : 0;
        if (message.IndexOf("\"type\":\"stf\""u8) >= 0)
        {
            SentenceStarted(message);
        }
    }

    public void OnAudio(in AudioArrival audio, ReadOnlySpan<byte> opus)
    {
        _decoding?.Audio(opus);
        if (audio.IsSpeech)
        {
            Heard(audio);
        }

        if (_measures.IsRecording)
        {
            _measures.AudioPackets++;
            _measures.SpeechPackets += audio.IsSpeech ? 1 : 0;
            _measures.AudioLate.Add(audio.Late);
        }
    }

    public void OnVideoPacket(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker) =>
        _decoding?.Video(payload, sequence, timestamp, marker);

    public void OnFrame(in FrameArrival frame)
    {
        if (!Joined.Task.IsCompleted && frame.IsKey)
        {
            _measures.Join.Add(frame.At - _startedAt);
            Joined.TrySetResult();
        }

        Saw(frame);
        if (!_measures.IsRecording)
        {
            return;
        }

        _measures.Frames++;
        _measures.FrameLate.Add(frame.Late);
        _measures.FrameJitter.Add(frame.Jitter);
        if (_lastSpeechAt >= 0 && frame.At - _lastSpeechAt < 40_000 && Client.Sync.Skew(frame) is { } skew)
        {
            _measures.Skew.Add(Math.Abs(skew));
        }
    }

    public void OnClosed(PeerCloseReason reason)
    {
        if (!IsLeaving)
        {
            _measures.Lost++;
            Joined.TrySetException(new IOException($"the connection ended: {reason}"));
        }

        _decoding?.Dispose();
        Closed?.Invoke(this);
        Ended.TrySetResult();
    }

    private void Act(long now)
    {
        if (_behaviour is Behaviour.Idle or Behaviour.Listening || now < _firstActAt)
        {
            return;
        }

        if (_cutAt >= 0)
        {
            EndCut(now);
        }
        else if (_askedAt >= 0)
        {
            if (now - _askedAt > AnswerTimeout)
            {
                _askedAt = -1;
                _measures.ErrorMessages++;
            }
        }
        else if (_behaviour == Behaviour.Conversation && _spokeSince >= 0 && _turns % 4 == 0 && now - _spokeSince > BargeInAfter
            && now - _lastSpeechAt < EndOfSpeech)
        {
            _cutAt = now;
            Client.Send(ClearBuffer, now);
        }
        else if (_lastSpeechAt < 0 || IsOver(now))
        {
            Speak(now);
        }
    }

    /// <summary>The server tells each sentence and its length as it starts: the last one tells when the text will have been spoken.</summary>
    private void SentenceStarted(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        if (JsonDocument.TryParseValue(ref reader, out var document))
        {
            using (document)
            {
                var data = document.RootElement.GetProperty("data");
                var isLast = _text.EndsWith(data.GetProperty("message").GetString()!.Trim(), StringComparison.Ordinal);
                _endsAt = isLast && _lastSpeechAt >= 0 ? _lastSpeechAt + (long)(data.GetProperty("duration").GetDouble() * 1000) : long.MaxValue;
            }
        }
    }

    /// <summary>Everything has been said: by what the server told, or by a long silence.</summary>
    private bool IsOver(long now) => _behaviour == Behaviour.Speaking
        ? (_endsAt < now - EndOfSpeech && now - _lastSpeechAt > EndOfSpeech) || now - _lastSpeechAt > Pause
        : now - _lastSpeechAt > Pause;

    private void Speak(long now)
    {
        var (type, text) = _behaviour == Behaviour.Speaking ? ("ttstf", _texts.NextSpoken()) : ("chat", _texts.NextAsked());
        var message = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object> { ["type"] = type, ["data"] = new Dictionary<string, string> { ["message"] = text } });
        if (Client.Send(message, now))
        {
            _askedAt = now;
            _spokeSince = -1;
            _mouthTime = -1;
            _text = text;
            _endsAt = long.MaxValue;
            _turns++;
        }
    }

    private void EndCut(long now)
    {
        if (now - Math.Max(_lastSpeechAt, _cutAt) > BargeInSettled)
        {
            if (_measures.IsRecording)
            {
                _measures.BargeIn.Add(_lastSpeechAt - _cutAt);
            }

            _cutAt = -1;
            _spokeSince = -1;
        }
    }

    private void Heard(in AudioArrival audio)
    {
        _lastSpeechAt = audio.At;
        if (_spokenAt >= 0)
        {
            Answered(audio.At - _spokenAt);
        }

        if (_askedAt < 0)
        {
            return;
        }

        var took = audio.At - _askedAt;
        _spokeSince = audio.At;
        if (_measures.IsRecording)
        {
            _measures.Utterances++;
            _measures.TextToAudio.Add(took);
        }

        if (!Client.Sync.IsReady)
        {
            _askedAt = -1;
            return;
        }

        // The face that belongs to this sound may have come just before it or be on its way.
        _mouthTime = Client.Sync.AudioTime(audio.Timestamp) - 2000;
        if (_lastFrameTime >= _mouthTime)
        {
            Mouth(_lastFrameAt - _askedAt);
        }

        _firstFaceSince = _askedAt;
        _askedAt = -1;
    }

    private void Answered(long took)
    {
        _spokenAt = -1;
        if (_measures.IsRecording)
        {
            _measures.SpeechToAudio.Add(took);
        }
    }

    private void Saw(in FrameArrival frame)
    {
        _lastFrameAt = frame.At;
        _lastFrameTime = Client.Sync.IsReady ? Client.Sync.VideoTime(frame.Timestamp) : 0;
        if (_mouthTime >= 0 && _lastFrameTime >= _mouthTime)
        {
            Mouth(frame.At - _firstFaceSince);
        }
    }

    private void Mouth(long took)
    {
        _mouthTime = -1;
        if (_measures.IsRecording)
        {
            _measures.TextToMouth.Add(took);
        }
    }
}
