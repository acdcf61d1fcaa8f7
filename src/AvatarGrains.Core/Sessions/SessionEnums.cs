namespace AvatarGrains.Core.Sessions;

/// <summary>Life of a session. Only moves forward.</summary>
public enum SessionStatus
{
    /// <summary>Made, nobody connected yet.</summary>
    Created = 0,

    /// <summary>An offer was answered; media may connect.</summary>
    Exchanged = 1,

    /// <summary>Somebody is connected or talking.</summary>
    InProgress = 2,

    /// <summary>Over; <see cref="TerminationReason"/> says why.</summary>
    Terminated = 3,
}

/// <summary>Why a session ended.</summary>
public enum TerminationReason
{
    /// <summary>Client or operator ended it.</summary>
    GracefulTermination = 0,

    /// <summary>Nobody connected in time.</summary>
    SessionExpiredBeforeConnection = 1,

    /// <summary>The connection or heartbeat was lost and did not come back within the grace time.</summary>
    SessionLostAfterConnection = 2,

    /// <summary>Something broke: an engine that the session cannot do without, or a bug.</summary>
    SessionMiscError = 3,

    /// <summary>The tenant already has as many sessions as it may.</summary>
    MaxActiveSessionQuotaExceeded = 4,

    /// <summary>The session used its minutes.</summary>
    MaxMinPerSessionQuotaExceeded = 5,

    /// <summary>The tenant used its minutes of the month.</summary>
    TotalMinPerMonthQuotaExceeded = 6,

    /// <summary>The tenant's credits are spent; only ever set by an outside billing system.</summary>
    InsufficientCredits = 7,
}

/// <summary>What the avatar is doing, for clients to show.</summary>
public enum ConversationPhase
{
    Idle = 0,
    Listening = 1,
    Thinking = 2,
    Speaking = 3,
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
    UnknownSession = 0,

    /// <summary>The session has ended.</summary>
    SessionTerminated = 1,

    /// <summary>The session lacks the capability.</summary>
    CapabilityMissing = 2,

    /// <summary>A value is missing or out of range.</summary>
    InvalidArgument = 3,

    /// <summary>A named thing (voice, model, prompt, document, avatar) does not exist.</summary>
    UnknownReference = 4,

    /// <summary>The mailbox is full; try again.</summary>
    Busy = 5,

    /// <summary>The command does not fit the session's state (for example data without start).</summary>
    WrongState = 6,

    /// <summary>A quota is used up.</summary>
    QuotaExceeded = 7,

    /// <summary>An engine failed.</summary>
    EngineFailed = 8,

    /// <summary>The server is shutting down.</summary>
    Draining = 9,

    /// <summary>An engine has too much to do; try again.</summary>
    EngineBusy = 10,
}
