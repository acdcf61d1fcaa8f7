namespace AvatarGrains.Native.Cairo;

/// <summary>How a source is laid over what is there.</summary>
public enum CairoOperator
{
    Clear = 0,
    Source = 1,
    Over = 2,

    /// <summary>Only where the destination is.</summary>
    Atop = 5,

    /// <summary>Keeps the destination only where the source is.</summary>
    DestinationIn = 8,

    /// <summary>Keeps the destination only where the source is not.</summary>
    DestinationOut = 9,
    Multiply = 14,
    Screen = 15,
    SoftLight = 22,
}
