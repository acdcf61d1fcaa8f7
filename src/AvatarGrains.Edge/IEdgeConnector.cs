using AvatarGrains.Core.Sessions;
using AvatarGrains.WebRtc.Sdp;

namespace AvatarGrains.Edge;

/// <summary>Connects a client's peer to a session, whatever the dialect of its signalling.</summary>
internal interface IEdgeConnector
{
    /// <summary>Answers an offer.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="offer">The client's SDP.</param>
    /// <param name="dialect">Makes what understands the client's data channels.</param>
    /// <param name="cancellationToken">Cancels the connecting.</param>
    /// <returns>The complete answer.</returns>
    /// <exception cref="SdpException">The offer cannot be used.</exception>
    /// <exception cref="SessionRejectedException">Unknown or ended session, or one without video; or no client is taken here.</exception>
    ValueTask<string> ConnectAsync(string sessionId, string offer, ChannelDialectFactory dialect, CancellationToken cancellationToken);
}
