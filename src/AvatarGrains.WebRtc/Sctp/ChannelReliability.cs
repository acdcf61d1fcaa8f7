namespace AvatarGrains.WebRtc.Sctp;

/// <summary>How a channel delivers (RFC 8832 section 5.1). At most one of the two limits is set; with none everything is delivered.</summary>
/// <param name="Ordered">Deliver in the order sent.</param>
/// <param name="MaxRetransmits">Retransmissions after which a message is given up.</param>
/// <param name="MaxLifetimeMicroseconds">Age at which a message is given up.</param>
public readonly record struct ChannelReliability(bool Ordered, uint? MaxRetransmits = null, long? MaxLifetimeMicroseconds = null)
{
    /// <summary>Everything, in order: what <c>createDataChannel(label)</c> makes.</summary>
    public static ChannelReliability Default { get; } = new(true);
}
