namespace AvatarGrains.Media.Processes;

/// <summary>What a converter may use.</summary>
public sealed record ConverterLimits
{
    /// <summary>Longest run of one conversion.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Conversions at once; others wait.</summary>
    public int Concurrency { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Longest audio taken; decoding stops a second later, so that longer audio can be told from it.</summary>
    public TimeSpan MaxAudio { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Most text taken from a document, bytes of UTF-8.</summary>
    public int MaxTextBytes { get; init; } = 4 << 20;

    /// <summary>Most pages of a document read.</summary>
    public int MaxPages { get; init; } = 1000;
}
