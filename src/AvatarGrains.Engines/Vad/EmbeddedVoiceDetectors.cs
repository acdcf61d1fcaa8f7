using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Vad;

/// <summary>Makes embedded detectors.</summary>
public sealed class EmbeddedVoiceDetectors : IVoiceActivityDetectors
{
    public IVoiceActivityDetector Create(VoiceActivityOptions options) => new EmbeddedVoiceDetector(options);
}
