using AvatarGrains.Core.Engines;
using Orleans;

namespace AvatarGrains.Core.Sessions;

/// <summary>A refused call. Dialects map <see cref="Reason"/> to their own error shape.</summary>
[GenerateSerializer, Alias("ag.Rejected")]
public sealed class SessionRejectedException : Exception
{
    public SessionRejectedException(RejectReason reason, string detail)
        : base(detail) => Reason = reason;

    public SessionRejectedException(RejectReason reason, string detail, string sessionId, TerminationReason termination)
        : this(reason, detail) => (SessionId, Termination) = (sessionId, termination);

    /// <summary>An engine failed; one that has too much to do is asked again later.</summary>
    public static SessionRejectedException Of(EngineException failed) =>
        new(failed.Fault == EngineFault.Overloaded ? RejectReason.EngineBusy : RejectReason.EngineFailed, failed.Message)
        {
            RetryAfter = failed.RetryAfter,
        };

    [Id(0)]
    public RejectReason Reason { get; private set; }

    /// <summary>The session that was made and ended at once because of a quota, or null.</summary>
    [Id(1)]
    public string? SessionId { get; private set; }

    /// <summary>What it ended with, when there is one.</summary>
    [Id(2)]
    public TerminationReason? Termination { get; private set; }

    /// <summary>How long to wait before asking again, where that is known.</summary>
    [Id(3)]
    public TimeSpan? RetryAfter { get; private set; }
}
