namespace AvatarGrains.Grains.Configuration;

/// <summary>How the outputs of a session travel to the edges that listen.</summary>
public enum FeedTransport
{
    /// <summary>From the session's silo straight to them, one message each.</summary>
    Direct,

    /// <summary>By Orleans' memory streams: through queues in grains, which are polled.</summary>
    Memory,
}
