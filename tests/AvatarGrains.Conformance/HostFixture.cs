using AvatarGrains.Core.Turns;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Conformance.Time;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Conformance;

/// <summary>Scripted engines, virtual time and a store for one test of a host.</summary>
public sealed class HostFixture
{
    public const Capabilities All = Capabilities.Llm | Capabilities.Tts | Capabilities.Stt | Capabilities.StfWebRtc;

    public ManualTimeProvider Time { get; } = new();

    public ScriptedEngines Engines { get; } = new();

    public ScriptedSegments Segments { get; } = new();

    public ISessionStore Store { get; set; } = new InMemorySessionStore();

    public SessionPolicy Policy { get; set; } = SessionPolicy.Default;

    public SpeechOptions Speech { get; set; } = SpeechOptions.Default;

    public TenantLimits Limits { get; set; } = TenantLimits.Local;

    public static SessionSpec Spec(Capabilities capabilities = All, string? document = null) =>
        new(capabilities, new AvatarView("ada", 512, 512), SystemPrompt: "Be kind.", IntroMessage: "Welcome.", Document: document);

    public SessionServices Services() => new()
    {
        Engines = Engines,
        Knowledge = Engines,
        Segments = Segments,
        Detectors = Engines,
        Codecs = new NoCodecs(),
        Store = Store,
        Quotas = new LocalTenantQuotas(Limits),
        Policy = Policy,
        Speech = Speech,
        Time = Time,
    };
}
