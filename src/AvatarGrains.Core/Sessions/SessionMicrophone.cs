using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;

namespace AvatarGrains.Core.Sessions;

/// <summary>A session's microphone. Owned by the session's loop, but for <see cref="Push"/>.</summary>
internal sealed class SessionMicrophone(SessionServices services, Mailbox mailbox)
{
    private readonly AudioInbox _inbox = new();
    private readonly HashSet<int> _dictations = [];
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

    public void Start(ListenMode mode, ISpeechRecognizer recognizer, Task<RecognitionContext> context)
    {
        _pipeline ??= new ListenPipeline(services.Detectors.Create(services.VoiceActivity), services.Listening, OnEvent);
        _inbox.Open();
        Held = "";
        _pipeline.Start(mode, recognizer, context);
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

    public ValueTask DisposeAsync()
    {
        _inbox.Close();
        return _pipeline?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private void OnEvent(ListenEvent heard)
    {
        // The start is delivered inside a call of the loop, so what it touches has one owner.
        if (heard is SpeechStarted)
        {
            Newest = heard.Utterance;
            if (_pipeline!.Mode == ListenMode.Dictation)
            {
                _dictations.Add(heard.Utterance);
            }
        }

        mailbox.Post(new HeardMessage(heard));
    }
}
