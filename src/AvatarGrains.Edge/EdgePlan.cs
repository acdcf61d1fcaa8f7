using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>What one connection starts from.</summary>
/// <param name="SessionId">The session it serves.</param>
/// <param name="Connection">Its own id; a newer connection of the session replaces it.</param>
/// <param name="Spec">The session's settings now.</param>
/// <param name="Poses">The lease of the first view; owned by the connection.</param>
/// <param name="Seed">Chooses blinks and glances.</param>
/// <param name="AudioTimestamp">First RTP timestamp of audio.</param>
/// <param name="VideoTimestamp">First RTP timestamp of video.</param>
/// <param name="TickOffset">Where in the 20 ms tick this session stands, in microseconds: spreads sessions that connect together.</param>
internal sealed record EdgePlan(
    string SessionId,
    string Connection,
    SessionSpec Spec,
    IPoseSet Poses,
    int Seed,
    uint AudioTimestamp,
    uint VideoTimestamp,
    long TickOffset);
