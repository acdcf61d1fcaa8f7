namespace AvatarGrains.WebRtc.Sdp;

internal enum LineKind
{
    Rejected,
    Audio,
    Video,
    Channels,
}

/// <summary>The outcome for one m-line of the offer.</summary>
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

    /// <summary>Which connection of the remote it is about: see <see cref="SdpDescription.Origin"/>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>
    /// True when this is a later description of the same connection and asks for no more than runs already: the same lines, formats and keys. ICE may
    /// have restarted, and a direction may be closed or opened again.
    /// </summary>
    /// <param name="first">The description the connection was made by.</param>
    public bool Continues(Negotiation first) =>
        Origin.Length > 0
        && Origin == first.Origin
        && Remote.Fingerprint.AsSpan().SequenceEqual(first.Remote.Fingerprint)
        && Lines.Count == first.Lines.Count
        && Lines.Zip(first.Lines).All(pair => Continues(pair.First, pair.Second));

    private static bool Continues(NegotiatedLine line, NegotiatedLine first) =>
        line.Kind == first.Kind
        && line.Mid == first.Mid
        && line.MidExtension == first.MidExtension
        && line.Codec?.PayloadType == first.Codec?.PayloadType
        && (first.Sends || !line.Sends);

    /// <summary>SCTP port of the remote (RFC 8841); 5000 unless it says otherwise.</summary>
    public ushort RemoteSctpPort { get; init; } = 5000;

    /// <summary>Largest message the remote takes, bytes; 0 for any.</summary>
    public long RemoteMaxMessageSize { get; init; } = 65536;

    /// <summary>SSRC the remote announces for its video, or 0.</summary>
    public uint RemoteVideoSsrc { get; init; }
}
