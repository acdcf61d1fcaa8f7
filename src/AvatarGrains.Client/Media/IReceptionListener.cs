using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.Client.Media;

/// <summary>Called for everything that a <see cref="ReceiverClient"/> receives, on its media loop. Spans are valid only during the call.</summary>
public interface IReceptionListener
{
    /// <summary>ICE and DTLS are up.</summary>
    void OnConnected(long now);

    /// <summary>The data channel can be written to.</summary>
    void OnChannelReady(long now);

    void OnMessage(bool text, ReadOnlySpan<byte> message);

    void OnAudio(in AudioArrival audio, ReadOnlySpan<byte> opus);

    /// <summary>Any packet of video, before the frame it may complete: for those who decode.</summary>
    void OnVideoPacket(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker)
    {
    }

    void OnFrame(in FrameArrival frame);

    /// <summary>The connection is closed; no call follows.</summary>
    void OnClosed(PeerCloseReason reason);
}
