using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>A capability as the dialect lists it.</summary>
internal sealed record PersoCapability(Capabilities Flag, string Name, string Description)
{
    public static IReadOnlyList<PersoCapability> All { get; } =
    [
        new(Capabilities.Llm, "LLM", "Answers by a language model"),
        new(Capabilities.Tts, "TTS", "Speech from text"),
        new(Capabilities.Stt, "STT", "Text from speech"),
        new(Capabilities.StfOnPremise, "STF_ONPREMISE", "Face animation drawn by the client"),
        new(Capabilities.StfWebRtc, "STF_WEBRTC", "A talking avatar over WebRTC"),
    ];
}
