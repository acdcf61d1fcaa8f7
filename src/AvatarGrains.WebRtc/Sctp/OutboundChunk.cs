namespace AvatarGrains.WebRtc.Sctp;

/// <summary>A DATA chunk that has a TSN and is not yet cumulatively acknowledged.</summary>
internal sealed class OutboundChunk
{
    public required OutboundMessage Message { get; init; }

    public required uint Tsn { get; init; }

    public required byte Flags { get; init; }

    public required int Offset { get; init; }

    public required int Length { get; init; }

    public int Transmissions { get; set; }

    /// <summary>SACKs that reported later chunks but not this one.</summary>
    public int Missing { get; set; }

    /// <summary>Counted in the bytes in flight.</summary>
    public bool InFlight { get; set; }

    /// <summary>Reported in a gap block.</summary>
    public bool Acknowledged { get; set; }

    public bool Retransmit { get; set; }

    /// <summary>Already sent again early once; the next loss is found by the timer.</summary>
    public bool FastRetransmitted { get; set; }

    /// <summary>The message's last chunk, sent or only numbered.</summary>
    public bool IsLast => (Flags & SctpWire.FlagEnd) != 0;
}
