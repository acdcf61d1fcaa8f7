namespace AvatarGrains.WebRtc.Peers;

/// <summary>Receives what <see cref="PeerTransport"/> has authenticated and decrypted. Spans are valid only during the call.</summary>
internal interface ITransportSink
{
    void OnSecured(long now);

    void OnRtp(ReadOnlySpan<byte> packet, long now);

    void OnRtcp(ReadOnlySpan<byte> packet, long now);

    void OnApplicationData(ReadOnlySpan<byte> data, long now);

    void OnSilence(bool silent);

    /// <summary>The transport has ended.</summary>
    void OnEnded(PeerCloseReason reason, long now);
}
