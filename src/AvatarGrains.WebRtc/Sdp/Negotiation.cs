namespace AvatarGrains.WebRtc.Sdp;

internal enum LineKind
{
    Rejected,
    Audio,
    Video,
    Channels,
}

/// <summary>What became of one m-line of the offer.</summary>
internal sealed record NegotiatedLine
{
    /// <summary>The m-line as the remote wrote it.</summary>
    public required SdpMedia Media { get; init; }

    public LineKind Kind { get; init; }

    public string Mid { get; init; } = "";

    /// <summary>Our direction.</summary>
    public MediaDirection Direction { get; init; }

    /// <summary>The chosen format, numbered as the offer numbers it.</summary>
    public SdpCodec? Codec { get; init; }

    /// <summary>The offer's number for the <c>mid</c> header extension, or 0.</summary>
    public int MidExtension { get; init; }

    public bool Sends => (Direction & MediaDirection.Send) != 0;

    public bool Receives => (Direction & MediaDirection.Receive) != 0;
}

/// <summary>What both sides agreed on, in the order of the offer's m-lines.</summary>
internal sealed record Negotiation(SdpTransport Remote, IReadOnlyList<NegotiatedLine> Lines)
{
    public NegotiatedLine? Audio => Lines.FirstOrDefault(l => l.Kind == LineKind.Audio);

    public NegotiatedLine? Video => Lines.FirstOrDefault(l => l.Kind == LineKind.Video);

    public NegotiatedLine? Channels => Lines.FirstOrDefault(l => l.Kind == LineKind.Channels);

    /// <summary>SCTP port of the remote (RFC 8841); 5000 unless it says otherwise.</summary>
    public ushort RemoteSctpPort { get; init; } = 5000;

    /// <summary>Largest message the remote takes, bytes; 0 for any.</summary>
    public long RemoteMaxMessageSize { get; init; } = 65536;

    /// <summary>SSRC the remote announces for its video, or 0.</summary>
    public uint RemoteVideoSsrc { get; init; }
}
