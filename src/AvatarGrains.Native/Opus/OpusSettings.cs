namespace AvatarGrains.Native.Opus;

/// <summary>What an encoder is tuned for.</summary>
public enum OpusApplication
{
    /// <summary>Speech: intelligible at low rates.</summary>
    Voip,

    /// <summary>Music and mixed sound.</summary>
    Audio,
}

/// <summary>How Opus encodes (RFC 6716, RFC 7587).</summary>
public sealed record OpusSettings
{
    public OpusApplication Application { get; init; } = OpusApplication.Voip;

    /// <summary>Target in bits per second, 6000 to 128000; the rate varies around it.</summary>
    public int Bitrate { get; init; } = 32_000;

    /// <summary>Effort, 0 to 10.</summary>
    public int Complexity { get; init; } = 5;

    /// <summary>Send next to nothing in silence.</summary>
    public bool Dtx { get; init; }

    /// <summary>Carry a coarse copy of the packet before, for receivers that lost it.</summary>
    public bool Fec { get; init; }

    /// <summary>Loss in percent that <see cref="Fec"/> prepares for, 0 to 100.</summary>
    public int ExpectedLossPercent { get; init; } = 5;
}
