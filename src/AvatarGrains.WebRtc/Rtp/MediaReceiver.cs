using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Rtp;

/// <summary>Takes the RTP packets of the remote apart: audio to the observer, video too, with the losses of video noted for NACK.</summary>
internal sealed class MediaReceiver(IPeerObserver observer, PeerStats stats, int audioType, int videoType)
{
    public ReceiveStatistics Audio { get; } = new(48_000);

    public ReceiveStatistics Video { get; } = new(90_000);

    public NackTracker Missing { get; } = new();

    /// <summary>From now on takes these payload types; -1 for none.</summary>
    public void Change(int audio, int video) => (audioType, videoType) = (audio, video);

    /// <summary>True when this side receives anything at all.</summary>
    public bool IsUsed => audioType >= 0 || videoType >= 0;

    public void Receive(ReadOnlySpan<byte> packet, long now)
    {
        if (!RtpHeader.TryParse(packet, out var header, out var payload))
        {
            stats.PacketsDropped++;
        }
        else if (header.PayloadType == audioType)
        {
            Audio.Take(header, now);
            stats.AudioPacketsReceived++;
            if (!payload.IsEmpty)
            {
                observer.OnAudio(payload, header.Sequence, header.Timestamp, now);
            }
        }
        else if (header.PayloadType == videoType)
        {
            Video.Take(header, now);
            Missing.Take(header.Sequence, now);
            stats.VideoPacketsReceived++;
            if (!payload.IsEmpty)
            {
                observer.OnVideo(payload, header.Sequence, header.Timestamp, header.Marker, now);
            }
        }
        else
        {
            stats.PacketsDropped++;
        }
    }
}
