namespace AvatarGrains.Core.Sessions;

/// <summary>What combinations of capabilities mean.</summary>
public static class CapabilityExtensions
{
    private const Capabilities Voices = Capabilities.Tts | Capabilities.StfWebRtc | Capabilities.StfOnPremise;

    /// <summary>The session may have speech made for it.</summary>
    public static bool CanSpeak(this Capabilities capabilities) => (capabilities & Voices) != 0;

    /// <summary>The session may lip-sync sound.</summary>
    public static bool CanLipSync(this Capabilities capabilities) =>
        (capabilities & (Capabilities.StfWebRtc | Capabilities.StfOnPremise)) != 0;

    public static bool Has(this Capabilities capabilities, Capabilities needed) => (capabilities & needed) == needed;
}
