namespace AvatarGrains.WebRtc.Peers;

/// <summary>Why a peer is closed.</summary>
public enum PeerCloseReason
{
    /// <summary>We closed it.</summary>
    Local,

    /// <summary>The remote closed DTLS or SCTP on purpose.</summary>
    RemoteClosed,

    /// <summary>No ICE connectivity in time.</summary>
    ConnectTimeout,

    /// <summary>ICE consent expired (RFC 7675).</summary>
    ConsentExpired,

    /// <summary>The DTLS handshake failed or the certificate is not the one the offer promised.</summary>
    DtlsFailed,

    /// <summary>The association of the data channels broke: no answer any more, or the remote broke the protocol or a limit of ours.</summary>
    ChannelsFailed,

    /// <summary>A broken invariant inside; the loop ended this peer alone.</summary>
    Bug,
}

/// <summary>
/// Receives the events of a peer. Called synchronously from inside <c>Peer.Receive</c> and <c>Peer.Advance</c>, on the loop that owns the
/// peer; spans are valid only during the call.
/// </summary>
public interface IPeerObserver
{
    /// <summary>ICE and DTLS are up; media may be sent.</summary>
    void OnConnected();

    /// <summary>An Opus packet from the microphone, in arrival order with losses as gaps in <paramref name="sequence"/>.</summary>
    void OnAudio(ReadOnlySpan<byte> opus, ushort sequence, uint timestamp, long now);

    /// <summary>A VP8 packet payload after the RTP header (only for peers that receive video: the load generator and the viewer).</summary>
    void OnVideo(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker, long now);

    /// <summary>PLI or FIR: a key frame is wanted.</summary>
    void OnKeyFrameRequested();

    /// <summary>The remote has been silent for longer than it should (true), or has sent something again (false).</summary>
    void OnSilence(bool silent)
    {
    }

    /// <summary>
    /// A sender report of the audio or video we receive: at NTP time <paramref name="ntp"/> the stream stood at
    /// <paramref name="timestamp"/>. Relates audio and video to one clock.
    /// </summary>
    void OnSenderReport(bool video, ulong ntp, uint timestamp)
    {
    }

    void OnChannelOpened(ushort channel, string label, string protocol);

    void OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message);

    /// <summary>The remote sent more in one message than <see cref="PeerConfig.MaxMessageSize"/> allows: the message is lost.</summary>
    void OnChannelMessageTooLarge(ushort channel)
    {
    }

    void OnChannelClosed(ushort channel);

    /// <summary>It is closed; no call follows.</summary>
    void OnClosed(PeerCloseReason reason);
}
