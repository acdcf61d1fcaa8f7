namespace AvatarGrains.Core.Engines;

/// <summary>What a voice activity detector says of a frame.</summary>
public enum VoiceEvent : byte
{
    None = 0,

    /// <summary>Speech began; the detector has been sure for its onset time.</summary>
    SpeechStarted,

    /// <summary>The endpointing silence passed after speech.</summary>
    SpeechEnded,
}

/// <summary>Detects speech in one session's microphone. One owner, not thread-safe, no clock: time is the sample count.</summary>
public interface IVoiceActivityDetector
{
    /// <summary>Samples per call of <see cref="Process"/> at 16 kHz.</summary>
    int FrameSamples { get; }

    /// <summary>Samples before <see cref="VoiceEvent.SpeechStarted"/> that belong to the utterance.</summary>
    int PrerollSamples { get; }

    /// <summary>Feeds exactly <see cref="FrameSamples"/> samples of 16 kHz mono.</summary>
    /// <param name="frame">The samples.</param>
    /// <param name="playing">True while the avatar is audible: the detector then asks for more before it calls something speech (echo).</param>
    VoiceEvent Process(ReadOnlySpan<short> frame, bool playing);

    void Reset();
}

/// <summary>Makes detectors.</summary>
public interface IVoiceActivityDetectors
{
    IVoiceActivityDetector Create(VoiceActivityOptions options);
}

/// <summary>Endpointing settings.</summary>
/// <param name="EndSilence">Silence that ends an utterance.</param>
/// <param name="Onset">Speech needed before it counts as started.</param>
/// <param name="LevelDb">Level below which nothing is speech, in dB of full scale; null for the detector's own.</param>
public sealed record VoiceActivityOptions(TimeSpan EndSilence, TimeSpan Onset, double? LevelDb = null)
{
    public static VoiceActivityOptions Default { get; } = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(80));
}
