namespace AvatarGrains.WebRtc.Ice;

/// <summary>The ICE state machine of either role.</summary>
internal interface IIceAgent
{
    /// <summary>Where to send; null before a check succeeded.</summary>
    NetAddress? Selected { get; }

    /// <summary>When the remote last gave consent by an authenticated check or answer; the start before that.</summary>
    long ConsentAt { get; }

    /// <summary>Round-trip time of the last answered check, µs, or 0.</summary>
    long RoundTripTime { get; }

    /// <summary>When <see cref="Advance"/> has something to do.</summary>
    long NextDeadline { get; }

    /// <summary>True for addresses that passed a check or are candidates.</summary>
    bool Knows(in NetAddress address);

    /// <summary>Handles a STUN message.</summary>
    /// <returns>True when it was authentic.</returns>
    bool Receive(Span<byte> datagram, in NetAddress from, long now);

    void Advance(long now);
}
