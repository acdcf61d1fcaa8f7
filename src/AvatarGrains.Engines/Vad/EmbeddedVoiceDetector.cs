using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Vad;

/// <summary>
/// Finds speech by level over a tracked noise floor in two bands, pitch and change. Steady tones and hum are not speech though they are
/// periodic, since the floor rises to them and their pitch never moves; clicks are not, since they are too short and have no pitch.
/// Deterministic.
/// </summary>
public sealed class EmbeddedVoiceDetector : IVoiceActivityDetector
{
    private const double MinimumDb = -55;
    private const double OpenDb = 9;
    private const double KeepDb = 5;
    private const double EchoDb = 8;
    private const double Voiced = 0.6;
    private const int LongestTone = 40;
    private const int PlayingOnsetFactor = 2;

    private readonly FrameAnalyzer _analyzer = new();
    private readonly NoiseFloor _lowFloor = new(-60);
    private readonly NoiseFloor _highFloor = new(-65);
    private readonly int _onsetFrames;
    private readonly int _endFrames;
    private readonly double _minimumDb;
    private bool _speaking;
    private double _evidence;
    private int _voicedFrames;
    private int _silence;
    private int _sameTone;
    private int _lastPitch;
    private double _lastLevel;

    public EmbeddedVoiceDetector(VoiceActivityOptions options)
    {
        _onsetFrames = Math.Max(1, (int)(options.Onset.TotalMilliseconds / 10));
        _minimumDb = options.LevelDb ?? MinimumDb;
        _endFrames = Math.Max(1, (int)(options.EndSilence.TotalMilliseconds / 10));
    }

    public int FrameSamples => FrameAnalyzer.FrameSamples;

    /// <summary>300 ms before the onset was certain, where weak beginnings such as f and h lie.</summary>
    public int PrerollSamples => (30 + _onsetFrames) * FrameSamples;

    public VoiceEvent Process(ReadOnlySpan<short> frame, bool playing)
    {
        var sound = _analyzer.Analyze(frame);
        var isTone = IsTone(sound);
        var need = playing ? EchoDb : 0;
        var over = Math.Max(sound.LowDb - _lowFloor.Db, sound.HighDb - _highFloor.Db) - need;
        _lowFloor.Update(sound.LowDb);
        _highFloor.Update(sound.HighDb);
        var loud = sound.TotalDb > _minimumDb + need;
        var voiced = loud && sound.Periodicity > Voiced && sound.LowDb - _lowFloor.Db - need > OpenDb && !isTone;
        return _speaking ? WhileSpeaking(loud && over > KeepDb && !isTone) : WhileSilent(loud && over > OpenDb && !isTone, voiced, playing);
    }

    /// <summary>Forgets the current speech; the noise floor stays, since the room is the same.</summary>
    public void Reset()
    {
        _speaking = false;
        _evidence = 0;
        _voicedFrames = 0;
        _silence = 0;
    }

    /// <summary>A sound of one pitch and level for longer than a vowel lasts.</summary>
    private bool IsTone(in FrameFeatures sound)
    {
        var same = sound.Periodicity > 0.95 && Math.Abs(sound.Pitch - _lastPitch) <= 1 && Math.Abs(sound.TotalDb - _lastLevel) < 1.5;
        _sameTone = same ? _sameTone + 1 : Math.Max(0, _sameTone - 8);
        _lastPitch = sound.Pitch;
        _lastLevel = sound.TotalDb;
        return _sameTone > LongestTone || (!_speaking && _sameTone >= 5);
    }

    private VoiceEvent WhileSilent(bool open, bool voiced, bool playing)
    {
        _evidence = open ? _evidence + 1 : Math.Max(0, _evidence - 0.7);
        _voicedFrames = voiced ? _voicedFrames + 1 : open ? _voicedFrames : Math.Max(0, _voicedFrames - 1);
        var onset = playing ? _onsetFrames * PlayingOnsetFactor : _onsetFrames;
        if (_evidence < onset || _voicedFrames < Math.Max(3, onset / 2))
        {
            return VoiceEvent.None;
        }

        Reset();
        _speaking = true;
        return VoiceEvent.SpeechStarted;
    }

    private VoiceEvent WhileSpeaking(bool keep)
    {
        _silence = keep ? Math.Max(0, _silence - 4) : _silence + 1;
        if (_silence < _endFrames)
        {
            return VoiceEvent.None;
        }

        Reset();
        return VoiceEvent.SpeechEnded;
    }
}
