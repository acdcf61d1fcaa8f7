namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Why an association is closed.</summary>
public enum SctpCloseReason
{
    /// <summary>We shut it down or aborted it.</summary>
    Local,

    /// <summary>The remote shut it down.</summary>
    RemoteShutdown,

    /// <summary>The remote aborted it.</summary>
    RemoteAbort,

    /// <summary>The remote did not answer any more (RFC 9260 section 8.1).</summary>
    Timeout,

    /// <summary>The remote broke the protocol or a limit of ours.</summary>
    ProtocolViolation,
}

/// <summary>Where an association stands (RFC 9260 section 4).</summary>
public enum SctpState
{
    Closed,
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownPending,
    ShutdownSent,
    ShutdownReceived,
    ShutdownAckSent,
}
