namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Limits of one SCTP association.</summary>
public sealed record SctpOptions
{
    /// <summary>True when we are the DTLS client: channels we open then have even stream ids, else odd ones (RFC 8832 section 6).</summary>
    public required bool IsDtlsClient { get; init; }

    /// <summary>Our and the peer's SCTP port (a=sctp-port).</summary>
    public ushort LocalPort { get; init; } = 5000;

    public ushort RemotePort { get; init; } = 5000;

    /// <summary>Largest SCTP packet in bytes. DTLS adds up to 37 bytes, UDP and IPv6 48.</summary>
    public int PacketSize { get; init; } = 1144;

    /// <summary>Largest message we take, in bytes; a larger one aborts the association. Offered to the peer as a=max-message-size.</summary>
    public int MaxMessageSize { get; init; } = 1 << 20;

    /// <summary>Largest message the peer takes (its a=max-message-size; 65536 when it names none), in bytes.</summary>
    public int PeerMaxMessageSize { get; init; } = 65536;

    /// <summary>Message bytes waiting to be sent or acknowledged; a message that would exceed it is refused.</summary>
    public int SendBuffer { get; init; } = 2 << 20;

    /// <summary>
    /// Received bytes not yet whole messages; what we advertise as window. At least <see cref="MaxMessageSize"/> plus one packet is used.
    /// </summary>
    public int ReceiveBuffer { get; init; } = 2 << 20;

    /// <summary>Channels open at a time, both sides together; further ones are refused.</summary>
    public int MaxChannels { get; init; } = 64;
}
