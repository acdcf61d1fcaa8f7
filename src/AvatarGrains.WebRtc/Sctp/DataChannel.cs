namespace AvatarGrains.WebRtc.Sctp;

/// <summary>One data channel: a stream each way with the same id.</summary>
internal sealed class DataChannel(ushort id, string label, string protocol, ChannelReliability reliability)
{
    public string Label => label;

    public string Protocol => protocol;

    public ChannelReliability Reliability => reliability;

    public OutboundStream Stream { get; } = new(id);

    /// <summary>The other side knows the channel; before, everything goes out in order behind the OPEN (RFC 8832 section 6).</summary>
    public bool Acknowledged { get; set; }

    public bool Closing { get; set; }

    public bool ResetRequested { get; set; }

    public bool OutgoingReset { get; set; }

    public bool IncomingReset { get; set; }
}
