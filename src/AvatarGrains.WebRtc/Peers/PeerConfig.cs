using System.Security.Cryptography;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.WebRtc.Peers;

/// <summary>What all peers of one socket share. Immutable; times are microseconds.</summary>
public sealed record PeerConfig
{
    public required IDtlsFactory Dtls { get; init; }

    public required ISrtpFactory Srtp { get; init; }

    /// <summary>Host candidates written into answers and offers, the preferred one first. A public address (1:1 NAT) is just another entry.</summary>
    public IReadOnlyList<NetAddress> Candidates { get; init; } = [];

    /// <summary>Source of ufrags, passwords, SSRCs and transaction ids.</summary>
    public EntropySource Random { get; init; } = RandomNumberGenerator.Fill;

    /// <summary>Name of the media stream in <c>a=msid</c>; clients group audio and video by it.</summary>
    public string StreamId { get; init; } = "avatar";

    /// <summary>How long ICE and DTLS together may take, µs.</summary>
    public long ConnectTimeout { get; init; } = 30_000_000;

    /// <summary>Consent expires after this long without an authenticated check, µs (RFC 7675: 30 s).</summary>
    public long ConsentTimeout { get; init; } = 30_000_000;

    /// <summary>Silence of the remote after which <see cref="IPeerObserver.OnSilence"/> is told, µs.</summary>
    public long SilenceAfter { get; init; } = 7_000_000;

    /// <summary>First DTLS retransmission, µs; doubles up to 60 s (RFC 6347 4.2.4.1 allows less than 1 s where delay matters).</summary>
    public long DtlsRetransmitAfter { get; init; } = 300_000;

    /// <summary>Mean interval of sender reports, µs.</summary>
    public long RtcpInterval { get; init; } = 1_000_000;

    /// <summary>Most bytes of sent video kept for NACK, and so the largest frame times two.</summary>
    public int HistoryBytes { get; init; } = 1 << 20;

    /// <summary>Rate at which packets of a large frame leave, bits per second.</summary>
    public int PacingBitsPerSecond { get; init; } = 12_000_000;

    /// <summary>Least time between two key frame requests told to the observer, µs.</summary>
    public long KeyFrameRequestInterval { get; init; } = 500_000;

    /// <summary>Largest data channel message accepted, bytes (<c>a=max-message-size</c>).</summary>
    public int MaxMessageSize { get; init; } = 262_144;

    /// <summary>Unix time in µs at which <c>now</c> is 0; sender reports carry it as NTP time.</summary>
    public long UnixMicrosecondsAtZero { get; init; }
}
