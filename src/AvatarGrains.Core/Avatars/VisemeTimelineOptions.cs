namespace AvatarGrains.Core.Avatars;

/// <summary>How speech moves the mouth.</summary>
public sealed record VisemeTimelineOptions
{
    /// <summary>
    /// How far the mouth runs ahead of the sound, milliseconds. Lips lead in real speech, and viewers notice late lips before early ones.
    /// </summary>
    public double LeadMs { get; init; } = 15;

    /// <summary>
    /// How long before its sound a phoneme begins to shape the mouth, milliseconds. Frames are final once the phonemes this far ahead are
    /// known.
    /// </summary>
    public double AnticipationMs { get; init; } = 120;

    /// <summary>How long after its sound a phoneme still shapes the mouth, milliseconds.</summary>
    public double CarryoverMs { get; init; } = 140;

    /// <summary>Least time between two accents, milliseconds.</summary>
    public double AccentGapMs { get; init; } = 650;

    /// <summary>How much nearer another mouth must be before the mouth changes; keeps it from flickering between two.</summary>
    public float Hysteresis { get; init; } = 0.06f;
}
