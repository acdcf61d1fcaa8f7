using AvatarGrains.Client.Media;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.Latency;

/// <summary>Hands over to the probe once it knows its viewer; what arrives before that is ignored.</summary>
internal sealed class Relay(Probe probe) : IReceptionListener
{
    public void OnConnected(long now) => _ = now;

    public void OnChannelReady(long now) => _ = now;

    public void OnMessage(bool text, ReadOnlySpan<byte> message)
    {
        if (probe.Viewer is not null)
        {
            probe.OnMessage(text, message);
        }
    }

    public void OnAudio(in AudioArrival audio, ReadOnlySpan<byte> opus)
    {
        if (probe.Viewer is not null)
        {
            probe.OnAudio(audio, opus);
        }
    }

    public void OnFrame(in FrameArrival frame)
    {
        if (probe.Viewer is not null)
        {
            probe.OnFrame(frame);
        }
    }

    public void OnClosed(PeerCloseReason reason) => probe.OnClosed(reason);
}
