namespace AvatarGrains.WebRtc.Peers;

/// <summary>What a client-role peer offers.</summary>
public sealed record OfferOptions
{
    /// <summary>Receive Opus.</summary>
    public bool Audio { get; init; } = true;

    /// <summary>Also send Opus (a microphone).</summary>
    public bool Microphone { get; init; }

    /// <summary>Receive VP8.</summary>
    public bool Video { get; init; } = true;

    /// <summary>Negotiate data channels.</summary>
    public bool Channels { get; init; } = true;

    internal int Lines => (Audio || Microphone ? 1 : 0) + (Video ? 1 : 0) + (Channels ? 1 : 0);
}
