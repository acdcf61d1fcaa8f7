namespace AvatarGrains.WebRtc.Dtls;

/// <summary>Where a DTLS association stands.</summary>
public enum DtlsState
{
    Handshaking,
    Connected,

    /// <summary>The peer sent close_notify.</summary>
    Closed,

    /// <summary>The handshake or the association failed.</summary>
    Failed,
}

/// <summary>SRTP protection profiles negotiated by use_srtp (RFC 5764, RFC 7714), by their IANA numbers.</summary>
public enum SrtpProfile : ushort
{
    Aes128CmHmacSha1Tag80 = 0x0001,
    AeadAes128Gcm = 0x0007,
    AeadAes256Gcm = 0x0008,
}

/// <summary>One DTLS 1.2 association over memory: datagrams in, datagrams out. Sans-IO, one owner, not thread-safe.</summary>
public interface IDtlsAssociation : IDisposable
{
    DtlsState State { get; }

    /// <summary>Starts the handshake (client) or makes ready for it (server).</summary>
    void Start();

    /// <summary>Feeds one received datagram. Malformed input never throws; at worst the state becomes Failed.</summary>
    void Receive(ReadOnlySpan<byte> datagram);

    /// <summary>Takes the next datagram to send.</summary>
    /// <returns>Its length, or 0 when there is none.</returns>
    int TakeOutgoing(Span<byte> datagram);

    /// <summary>Reads decrypted application data (SCTP packets).</summary>
    /// <returns>Its length, or 0 when there is none.</returns>
    int TakeApplicationData(Span<byte> data);

    /// <summary>Sends application data; the datagram is then available from <see cref="TakeOutgoing"/>.</summary>
    /// <returns>False when not connected.</returns>
    bool Send(ReadOnlySpan<byte> data);

    /// <summary>Retransmits the current flight. The owner keeps the timer (1 s, doubling, RFC 6347 4.2.4); no clock inside.</summary>
    void Retransmit();

    /// <summary>SHA-256 of the peer's certificate, once connected; empty before.</summary>
    ReadOnlySpan<byte> PeerFingerprint { get; }

    /// <summary>The negotiated SRTP profile, once connected; 0 when the peer offered none.</summary>
    SrtpProfile Profile { get; }

    /// <summary>Exports keying material (label EXTRACTOR-dtls_srtp). Layout: client key, server key, client salt, server salt.</summary>
    void ExportSrtpKeys(Span<byte> material);

    /// <summary>Sends close_notify.</summary>
    void Close();
}

/// <summary>Makes associations that share one certificate.</summary>
public interface IDtlsFactory
{
    /// <summary>SHA-256 of our certificate, 32 bytes.</summary>
    ReadOnlyMemory<byte> Fingerprint { get; }

    IDtlsAssociation Create(bool server);
}
