namespace AvatarGrains.Core.Sessions;

/// <summary>Life of a session. Only moves forward.</summary>
public enum SessionStatus
{
    /// <summary>Made, nobody connected yet.</summary>
    Created,

    /// <summary>An offer was answered; media may connect.</summary>
    Exchanged,

    /// <summary>Somebody is connected or talking.</summary>
    InProgress,

    /// <summary>Over; <see cref="TerminationReason"/> says why.</summary>
    Terminated,
}

/// <summary>Why a session ended.</summary>
public enum TerminationReason
{
    /// <summary>Client or operator ended it.</summary>
    GracefulTermination,

    /// <summary>Nobody connected in time.</summary>
    SessionExpiredBeforeConnection,

    /// <summary>The connection or heartbeat was lost and did not come back within the grace time.</summary>
    SessionLostAfterConnection,

    /// <summary>Something broke: an engine that the session cannot do without, or a bug.</summary>
    SessionMiscError,

    /// <summary>The tenant already has as many sessions as it may.</summary>
    MaxActiveSessionQuotaExceeded,

    /// <summary>The session used its minutes.</summary>
    MaxMinPerSessionQuotaExceeded,

    /// <summary>The tenant used its minutes of the month.</summary>
    TotalMinPerMonthQuotaExceeded,

    /// <summary>The tenant's credits are spent; only ever set by an outside billing system.</summary>
    InsufficientCredits,
}

/// <summary>What the avatar is doing, for clients to show.</summary>
public enum ConversationPhase
{
    Idle,
    Listening,
    Thinking,
    Speaking,
}

/// <summary>What a session may use.</summary>
[Flags]
public enum Capabilities
{
    None = 0,
    Llm = 1,
    Tts = 2,
    Stt = 4,
    StfWebRtc = 8,
    StfOnPremise = 16,
}

/// <summary>Why a command was refused. Dialects map each to their own status and words.</summary>
public enum RejectReason
{
    /// <summary>No session of that id.</summary>
    UnknownSession,

    /// <summary>The session has ended.</summary>
    SessionTerminated,

    /// <summary>The session lacks the capability.</summary>
    CapabilityMissing,

    /// <summary>A value is missing or out of range.</summary>
    InvalidArgument,

    /// <summary>A named thing (voice, model, prompt, document, avatar) does not exist.</summary>
    UnknownReference,

    /// <summary>The mailbox or an engine queue is full; try again.</summary>
    Busy,

    /// <summary>The command does not fit the session's state (for example data without start).</summary>
    WrongState,

    /// <summary>A quota is used up.</summary>
    QuotaExceeded,

    /// <summary>An engine failed.</summary>
    EngineFailed,

    /// <summary>The server is shutting down.</summary>
    Draining,
}
