using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Listening;

/// <summary>
/// Listens: microphone in, <see cref="ListenEvent"/>s out. Calls come from one owner and return at once. <see cref="SpeechStarted"/> and
/// <see cref="SpeechStopped"/> are delivered inside the call that caused them, the rest from pool threads: the delegate enqueues.
/// </summary>
public sealed class ListenPipeline : IUtteranceOutput, IAsyncDisposable
{
    private readonly ListenMachine _machine;
    private readonly ListenOptions _options;
    private readonly Action<ListenEvent> _deliver;
    private readonly List<Utterance> _running = [];
    private ISpeechRecognizer? _recognizer;
    private Task<RecognitionContext> _context = Task.FromResult(new RecognitionContext(null, null));
    private Utterance? _current;
    private int _count;

    /// <param name="detector">This session's detector; the pipeline is its one owner.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="deliver">Takes events; called from several threads, must not block or throw.</param>
    public ListenPipeline(IVoiceActivityDetector detector, ListenOptions options, Action<ListenEvent> deliver)
    {
        _machine = new ListenMachine(detector, options, this);
        _options = options;
        _deliver = deliver;
    }

    public ListenMode Mode => _machine.Mode;

    /// <summary>True while an utterance is open.</summary>
    public bool Hearing => _machine.InUtterance;

    /// <summary>Opens the microphone, or changes what the next utterances are recognised with.</summary>
    /// <param name="mode">How it listens.</param>
    /// <param name="recognizer">Recognises the utterances.</param>
    /// <param name="context">What it is told to expect, which may have to be read first: utterances wait for it, the caller does not.</param>
    public void Start(ListenMode mode, ISpeechRecognizer recognizer, Task<RecognitionContext> context)
    {
        _recognizer = recognizer;
        _context = context;
        _machine.Start(mode);
    }

    /// <inheritdoc cref="Start(ListenMode, ISpeechRecognizer, Task{RecognitionContext})"/>
    public void Start(ListenMode mode, ISpeechRecognizer recognizer, RecognitionContext context) => Start(mode, recognizer, Task.FromResult(context));

    /// <summary>Adds 16 kHz mono samples; copies what it keeps.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="playing">True while the avatar is audible to the client.</param>
    public void Push(ReadOnlySpan<short> samples, bool playing) => _machine.Push(samples, playing);

    /// <summary>Closes the microphone; an open utterance is ended and its result follows.</summary>
    public void Stop() => _machine.Stop();

    /// <summary>Drops the open utterance without a result.</summary>
    public void Abandon() => _machine.Abandon();

    /// <summary>Abandons everything, also results on their way, and waits until no event can follow.</summary>
    public async ValueTask DisposeAsync()
    {
        _machine.Start(ListenMode.Off);
        foreach (var utterance in _running)
        {
            utterance.Abandon();
        }

        await Task.WhenAll(_running.Select(u => u.Completion));
        _running.Clear();
    }

    void IUtteranceOutput.Begin()
    {
        _count++;
        _running.RemoveAll(u => u.Completion.IsCompleted);
        _deliver(new SpeechStarted(_count));
        _current = Utterance.Start(_count, _recognizer!, _context, _options.PartialInterval, _deliver);
        _running.Add(_current);
    }

    void IUtteranceOutput.Append(ReadOnlySpan<short> samples) => _current?.Append(samples);

    void IUtteranceOutput.End(long samples)
    {
        _deliver(new SpeechStopped(_count, TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / ListenMachine.SampleRate)));
        _current?.End();
        _current = null;
    }

    void IUtteranceOutput.Abandon()
    {
        _current?.Abandon();
        _current = null;
    }
}
