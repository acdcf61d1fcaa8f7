using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Sdp;

/// <summary>Our side of a session description.</summary>
internal sealed record LocalDescription
{
    public required ulong SessionId { get; init; }

    /// <summary>Counts the descriptions of this connection (RFC 3264 8).</summary>
    public int Version { get; init; } = 2;

    public required string Ufrag { get; init; }

    public required string Password { get; init; }

    public required ReadOnlyMemory<byte> Fingerprint { get; init; }

    public required IReadOnlyList<NetAddress> Candidates { get; init; }

    public required string StreamId { get; init; }

    public required string CName { get; init; }

    public required uint AudioSsrc { get; init; }

    public required uint VideoSsrc { get; init; }

    public required int MaxMessageSize { get; init; }

    public static LocalDescription Create(PeerConfig config, string ufrag, string password, string cname) => new()
    {
        // Kept below 2^63, as RFC 8829 5.2.1 wants it.
        SessionId = RandomNumbers.UInt64(config.Random) >> 2,
        Ufrag = ufrag,
        Password = password,
        Fingerprint = config.Dtls.Fingerprint,
        Candidates = config.Candidates,
        StreamId = config.StreamId,
        CName = cname,
        AudioSsrc = RandomNumbers.UInt32(config.Random) | 1,
        VideoSsrc = (RandomNumbers.UInt32(config.Random) & ~1u) | 2,
        MaxMessageSize = config.MaxMessageSize,
    };
}
