using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;

namespace AvatarGrains.Core.Sessions;

/// <summary>A session's microphone. Owned by the session's loop, but for <see cref="Push"/>.</summary>
internal sealed class SessionMicrophone(SessionServices services, Mailbox mailbox)
{
    private readonly AudioInbox _inbox = new();
    private readonly HashSet<int> _dictations = [];
    private VoiceActivityOptions _activity = services.VoiceActivity;
    private MicrophoneSettings _settings = new();
    private Task _replaced = Task.CompletedTask;
    private ListenPipeline? _pipeline;
    private AudioMessage? _signal;

    public ListenMode Mode => _pipeline?.Mode ?? ListenMode.Off;

    /// <summary>The newest utterance that began.</summary>
    public int Newest { get; private set; }

    /// <summary>Words of utterances that were followed by another before their result was in; they belong to one question.</summary>
    public string Held { get; set; } = "";

    /// <summary>Takes audio from any thread.</summary>
    public void Push(ReadOnlySpan<short> samples)
    {
        if (_inbox.Push(samples))
        {
            mailbox.Post(_signal ??= new AudioMessage());
        }
    }

    /// <summary>Silence that ends an utterance.</summary>
    public TimeSpan EndSilence => _activity.EndSilence;

    /// <summary>Utterances are reported and not answered.</summary>
    public bool Reports { get; private set; }

    /// <summary>Whether speaking over the avatar interrupts it.</summary>
    public bool BargeIn => _settings.BargeIn ?? true;

    /// <summary>Words needed before speech interrupts the avatar.</summary>
    public int MinWords => _settings.MinWords ?? 0;

    /// <summary>How fast answers to what is heard are made.</summary>
    public Turns.Pace Pace => _settings.Pace ?? Turns.Pace.Live;

    /// <summary>Whether an event is of a pipeline that was replaced.</summary>
    public bool IsStale(HeardMessage heard) => heard.Source != _pipeline;

    public void Start(StartListening start, ISpeechRecognizer recognizer, Task<RecognitionContext> context)
    {
        Adjust(start.Settings);
        _pipeline ??= Create();
        _inbox.Open();
        Held = "";
        Reports = start.Mode == ListenMode.Report;
        _pipeline.Start(Reports ? ListenMode.Conversation : start.Mode, recognizer, context);
    }

    /// <summary>Forgets what is being said.</summary>
    public void Abandon() => _pipeline?.Abandon();

    private ListenPipeline Create()
    {
        ListenPipeline? created = null;
        created = new ListenPipeline(services.Detectors.Create(_activity), services.Listening, heard => OnEvent(created!, heard));
        Newest = 0;
        return created;
    }

    /// <summary>Takes new settings. Another detector is another pipeline: what was being said into the old one is forgotten.</summary>
    private void Adjust(MicrophoneSettings? change)
    {
        if (change is null)
        {
            return;
        }

        _settings = new MicrophoneSettings(
            change.EndSilence ?? _settings.EndSilence,
            change.LevelDb ?? _settings.LevelDb,
            change.BargeIn ?? _settings.BargeIn,
            change.MinWords ?? _settings.MinWords,
            change.Pace ?? _settings.Pace);
        var activity = services.VoiceActivity with
        {
            EndSilence = _settings.EndSilence ?? services.VoiceActivity.EndSilence,
            LevelDb = _settings.LevelDb ?? services.VoiceActivity.LevelDb,
        };
        if (activity != _activity && _pipeline is { } old)
        {
            _pipeline = null;
            _dictations.Clear();
            _replaced = Task.WhenAll(_replaced, old.DisposeAsync().AsTask());
        }

        _activity = activity;
    }

    public void Stop()
    {
        Feed(playing: false);
        _inbox.Close();
        _pipeline?.Stop();
    }

    /// <summary>Hears what has arrived.</summary>
    public void Feed(bool playing)
    {
        var samples = _inbox.Take();
        if (samples.Length > 0)
        {
            _pipeline?.Push(samples, playing);
        }
    }

    /// <summary>True once for an utterance that was a dictation.</summary>
    public bool TakeDictation(int utterance) => _dictations.Remove(utterance);

    public bool IsDictation(int utterance) => _dictations.Contains(utterance);

    public async ValueTask DisposeAsync()
    {
        _inbox.Close();
        if (_pipeline is { } pipeline)
        {
            await pipeline.DisposeAsync();
        }

        await _replaced;
    }

    private void OnEvent(ListenPipeline pipeline, ListenEvent heard)
    {
        // The start is delivered inside a call of the loop, so what it touches has one owner.
        if (heard is SpeechStarted)
        {
            Newest = heard.Utterance;
            if (pipeline.Mode == ListenMode.Dictation)
            {
                _dictations.Add(heard.Utterance);
            }
        }

        mailbox.Post(new HeardMessage(pipeline, heard));
    }
}
