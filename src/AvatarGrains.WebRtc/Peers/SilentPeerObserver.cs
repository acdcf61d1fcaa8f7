namespace AvatarGrains.WebRtc.Peers;

/// <summary>Ignores all events: for a peer of which only the negotiation or the packets matter.</summary>
public sealed class SilentPeerObserver : IPeerObserver
{
    public static SilentPeerObserver Instance { get; } = new();

    public void OnConnected()
    {
    }

    public void OnAudio(ReadOnlySpan<byte> opus, ushort sequence, uint timestamp, long now)
    {
    }

    public void OnVideo(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker, long now)
    {
    }

    public void OnKeyFrameRequested()
    {
    }

    public void OnChannelOpened(ushort channel, string label, string protocol)
    {
    }

    public void OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
    }

    public void OnChannelClosed(ushort channel)
    {
    }

    public void OnClosed(PeerCloseReason reason)
    {
    }
}
