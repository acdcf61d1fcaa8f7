namespace AvatarGrains.Edge;

/// <summary>How the edge plays sessions.</summary>
public sealed record EdgeOptions
{
    /// <summary>
    /// Coded silence sent after speech before transmission becomes discontinuous, in milliseconds. Larger than a pause between sentences, so that
    /// players which do not stretch over gaps hear a turn as one piece. A multiple of 20.
    /// </summary>
    public int SilenceTailMs { get; init; } = 1000;

    /// <summary>Longest file a client may upload to be spoken, in bytes.</summary>
    public int MaxUploadBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Longest text in one message, in characters.</summary>
    public int MaxTextLength { get; init; } = 5000;

    /// <summary>Commands of one client that may wait for its session; more are refused as busy.</summary>
    public int CommandQueue { get; init; } = 1024;
}
