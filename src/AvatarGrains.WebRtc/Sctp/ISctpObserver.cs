namespace AvatarGrains.WebRtc.Sctp;

/// <summary>
/// Receives the events of an association. Called synchronously from inside its methods; spans are valid only during the call.
/// <see cref="OnPacket"/> must not call back into the association; the others may.
/// </summary>
public interface ISctpObserver
{
    /// <summary>A packet to pass to DTLS as one application data record.</summary>
    void OnPacket(ReadOnlySpan<byte> packet);

    /// <summary>The handshake is done; channels may be opened.</summary>
    void OnEstablished();

    /// <summary>The remote opened a channel, or acknowledged one of ours.</summary>
    void OnChannelOpened(ushort channel, string label, string protocol);

    void OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message);

    /// <summary>A message was longer than <see cref="SctpOptions.MaxMessageSize"/>: it is lost, the association goes on.</summary>
    void OnChannelMessageTooLarge(ushort channel);

    /// <summary>Both directions are reset; the id may be used again.</summary>
    void OnChannelClosed(ushort channel);

    /// <summary>It is closed; no call follows.</summary>
    void OnClosed(SctpCloseReason reason);
}
