using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Listening;

/// <summary>
/// Cuts a session's microphone into utterances. Sans-IO: samples in, calls on <see cref="IUtteranceOutput"/> out; its only clock is the sample count.
/// One owner, not thread-safe.
/// </summary>
public sealed class ListenMachine
{
    /// <summary>Samples per second of everything here.</summary>
    public const int SampleRate = 16000;

    private readonly IVoiceActivityDetector _detector;
    private readonly IUtteranceOutput _output;
    private readonly long _maxUtterance;
    private readonly long _maxDictation;
    private readonly short[] _frame;
    private readonly short[] _history;
    private int _frameFill;
    private int _historyEnd;
    private int _historyFill;
    private long _length;

    public ListenMachine(IVoiceActivityDetector detector, ListenOptions options, IUtteranceOutput output)
    {
        _detector = detector;
        _output = output;
        _maxUtterance = Samples(options.MaxUtterance);
        _maxDictation = Samples(options.MaxDictation);
        _frame = new short[detector.FrameSamples];
        _history = new short[Math.Max(detector.PrerollSamples, 1)];
    }

    public ListenMode Mode { get; private set; }

    /// <summary>True between Begin and End or Abandon.</summary>
    public bool InUtterance { get; private set; }

    /// <summary>Opens the microphone. An utterance of another mode is abandoned.</summary>
    public void Start(ListenMode mode)
    {
        if (mode == Mode)
        {
            return;
        }

        Abandon();
        Clear();
        Mode = mode;
        if (mode == ListenMode.Dictation)
        {
            Begin();
        }
    }

    /// <summary>Adds 16 kHz mono samples, any number.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="playing">True while the avatar is audible.</param>
    public void Push(ReadOnlySpan<short> samples, bool playing)
    {
        switch (Mode)
        {
            case ListenMode.Dictation:
                Append(samples[..(int)Math.Clamp(_maxDictation - _length, 0, samples.Length)]);
                break;
            case ListenMode.Conversation:
                PushFrames(samples, playing);
                break;
        }
    }

    /// <summary>Closes the microphone. What was being said is ended, not lost.</summary>
    public void Stop()
    {
        if (InUtterance)
        {
            if (Mode == ListenMode.Conversation)
            {
                Append(_frame.AsSpan(0, _frameFill));
            }

            End();
        }

        Mode = ListenMode.Off;
        Clear();
    }

    /// <summary>Forgets what is being said; the microphone stays as it is.</summary>
    public void Abandon()
    {
        if (InUtterance)
        {
            InUtterance = false;
            _output.Abandon();
        }

        Clear();
    }

    private static long Samples(TimeSpan time) => (long)(time.TotalSeconds * SampleRate);

    private void PushFrames(ReadOnlySpan<short> samples, bool playing)
    {
        while (samples.Length > 0)
        {
            var take = Math.Min(samples.Length, _frame.Length - _frameFill);
            samples[..take].CopyTo(_frame.AsSpan(_frameFill));
            samples = samples[take..];
            _frameFill += take;
            if (_frameFill == _frame.Length)
            {
                _frameFill = 0;
                OnFrame(playing);
            }
        }
    }

    private void OnFrame(bool playing)
    {
        var heard = _detector.Process(_frame, playing);
        if (heard == VoiceEvent.SpeechStarted && !InUtterance)
        {
            Begin();
            AppendHistory();
        }

        if (!InUtterance)
        {
            Remember(_frame);
            return;
        }

        Append(_frame);
        if (heard == VoiceEvent.SpeechEnded)
        {
            End();
        }
        else if (_length >= _maxUtterance)
        {
            _detector.Reset();
            End();
        }
    }

    private void Begin()
    {
        InUtterance = true;
        _length = 0;
        _output.Begin();
    }

    private void Append(ReadOnlySpan<short> samples)
    {
        if (samples.Length > 0)
        {
            _length += samples.Length;
            _output.Append(samples);
        }
    }

    private void End()
    {
        InUtterance = false;
        _output.End(_length);
    }

    private void Clear()
    {
        _detector.Reset();
        _frameFill = 0;
        _historyFill = 0;
        _historyEnd = 0;
        _length = 0;
    }

    private void Remember(ReadOnlySpan<short> samples)
    {
        foreach (var sample in samples[Math.Max(0, samples.Length - _history.Length)..])
        {
            _history[_historyEnd] = sample;
            _historyEnd = (_historyEnd + 1) % _history.Length;
        }

        _historyFill = Math.Min(_history.Length, _historyFill + samples.Length);
    }

    private void AppendHistory()
    {
        var start = (_historyEnd - _historyFill + _history.Length) % _history.Length;
        var first = Math.Min(_historyFill, _history.Length - start);
        Append(_history.AsSpan(start, first));
        Append(_history.AsSpan(0, _historyFill - first));
        _historyFill = 0;
    }
}
