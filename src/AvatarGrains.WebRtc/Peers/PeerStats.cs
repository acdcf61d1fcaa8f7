namespace AvatarGrains.WebRtc.Peers;

/// <summary>
/// Counters of one peer since its start. Consistent on the loop that owns the peer; read from another thread, counters may be of different
/// moments.
/// </summary>
public sealed class PeerStats
{
    public long PacketsSent { get; internal set; }

    public long BytesSent { get; internal set; }

    public long PacketsReceived { get; internal set; }

    public long BytesReceived { get; internal set; }

    /// <summary>Datagrams dropped because they were malformed, unauthentic or of no use.</summary>
    public long PacketsDropped { get; internal set; }

    public long AudioPacketsSent { get; internal set; }

    public long VideoPacketsSent { get; internal set; }

    public long VideoFramesSent { get; internal set; }

    public long KeyFramesSent { get; internal set; }

    public long AudioPacketsReceived { get; internal set; }

    public long VideoPacketsReceived { get; internal set; }

    /// <summary>Sequence numbers the remote asked for again.</summary>
    public long NacksReceived { get; internal set; }

    /// <summary>Sequence numbers we asked for again.</summary>
    public long NacksSent { get; internal set; }

    public long PacketsResent { get; internal set; }

    /// <summary>PLI and FIR together.</summary>
    public long KeyFrameRequestsReceived { get; internal set; }

    /// <summary>Fraction of packets lost as last reported for our video (else audio), 0..1.</summary>
    public double LossReported { get; internal set; }

    /// <summary>Packets lost in total as last reported over all our streams.</summary>
    public long PacketsLostReported { get; internal set; }

    /// <summary>Round-trip time from the last receiver report or ICE check, µs; 0 when unknown.</summary>
    public long RoundTripTime { get; internal set; }

    /// <summary>Last REMB estimate, bits per second; 0 when there was none.</summary>
    public long EstimatedBandwidth { get; internal set; }

    /// <summary>Packets reported as not received by transport-wide feedback.</summary>
    public long TransportFeedbackLost { get; internal set; }

    /// <summary>When the remote last proved that it is there, in the caller's time, µs.</summary>
    public long LastHeard { get; internal set; }
}
