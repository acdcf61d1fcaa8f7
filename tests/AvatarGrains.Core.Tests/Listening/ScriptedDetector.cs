using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Tests.Listening;

/// <summary>Calls a frame speech when its first sample is 1000 or more: one loud frame starts, one quiet frame ends.</summary>
internal sealed class ScriptedDetector : IVoiceActivityDetector
{
    private bool _speaking;

    public int FrameSamples => 160;

    public int PrerollSamples => 320;

    public VoiceEvent Process(ReadOnlySpan<short> frame, bool playing)
    {
        var loud = frame[0] >= 1000;
        var changed = loud != _speaking;
        _speaking = loud;
        return !changed ? VoiceEvent.None : loud ? VoiceEvent.SpeechStarted : VoiceEvent.SpeechEnded;
    }

    public void Reset() => _speaking = false;
}
