namespace AvatarGrains.Core.Speech;

/// <summary>How speech is cut into pieces and shared.</summary>
public sealed record SegmentSourceOptions
{
    /// <summary>Length of a segment's first piece in faces of 40 ms: short, so that it plays at once.</summary>
    public int FirstPartFaces { get; init; } = 4;

    /// <summary>Length of the later pieces in faces of 40 ms.</summary>
    public int PartFaces { get; init; } = 12;

    /// <summary>Encoded speech kept for whoever says the same again, bytes; 0 keeps none.</summary>
    public long CacheBytes { get; init; } = 32 << 20;
}
