namespace AvatarGrains.WebRtc.Sctp;

/// <summary>The sending side of one stream.</summary>
internal sealed class OutboundStream(ushort id)
{
    public ushort Id => id;

    public ushort NextSequence { get; set; }

    /// <summary>Messages queued or not yet acknowledged.</summary>
    public int Pending { get; set; }
}
