using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Answers WebRTC offers; the data channel speaks the dialect.</summary>
internal sealed class PersoSignalling(IEdgeConnector edge, PersoChannelServices services)
{
    public async ValueTask<string> ConnectAsync(string sessionId, string offer, CancellationToken cancellationToken)
    {
        try
        {
            return await edge.ConnectAsync(sessionId, offer, control => new PersoChannel(control, services), cancellationToken);
        }
        catch (SessionRejectedException refused) when (refused.Reason == RejectReason.CapabilityMissing)
        {
            throw new PersoException(400, "capability_not_enabled", "The session was made without STF_WEBRTC.");
        }
    }
}
