using AvatarGrains.Core.Turns;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Core.Sessions;

/// <summary>All that sessions of a host share. Every member is thread-safe.</summary>
public sealed record SessionServices
{
    public required IEngineCatalog Engines { get; init; }

    public required IKnowledgeSource Knowledge { get; init; }

    public required ISegmentSource Segments { get; init; }

    public required IVoiceActivityDetectors Detectors { get; init; }

    public required IAudioCodecs Codecs { get; init; }

    public required ISessionStore Store { get; init; }

    public IAnswerTools Tools { get; init; } = NoAnswerTools.Instance;

    public ITenantQuotas Quotas { get; init; } = LocalTenantQuotas.Instance;

    public SessionPolicy Policy { get; init; } = SessionPolicy.Default;

    public PromptOptions Prompt { get; init; } = PromptOptions.Default;

    public ListenOptions Listening { get; init; } = ListenOptions.Default;

    public VoiceActivityOptions VoiceActivity { get; init; } = VoiceActivityOptions.Default;

    public SpeechOptions Speech { get; init; } = SpeechOptions.Default;

    public SessionMetrics Metrics { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Log { get; init; } = NullLogger.Instance;
}
