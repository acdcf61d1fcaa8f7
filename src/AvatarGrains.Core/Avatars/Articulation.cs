namespace AvatarGrains.Core.Avatars;

/// <summary>A phoneme on the time axis of the mouth.</summary>
/// <param name="Target">What it asks of the mouth.</param>
/// <param name="StartMs">Start of its sound.</param>
/// <param name="EndMs">End of its sound.</param>
internal readonly record struct Articulation(MouthTarget Target, double StartMs, double EndMs)
{
    /// <summary>How strongly it shapes the mouth at a moment: 1 while it sounds, falling to 0 over the two times given.</summary>
    public float Pull(double moment, double anticipationMs, double carryoverMs)
    {
        // A short sound hardly gets a plateau: its pull already falls inside it, which is what makes hurried speech move the mouth less.
        var shoulder = Math.Min((EndMs - StartMs) / 3, 30);
        var before = StartMs + shoulder - moment;
        var after = moment - (EndMs - shoulder);
        if (before > 0)
        {
            return Fall(before / anticipationMs, 3.2);
        }

        return after > 0 ? Fall(after / carryoverMs, 3.6) : 1;
    }

    /// <summary>The shape it asks for at a moment; a diphthong glides.</summary>
    public MouthShape ShapeAt(double moment)
    {
        var start = MouthTable.Target(Target.Start) * Target.StartIntensity;
        if (!Target.IsDiphthong)
        {
            return start;
        }

        var position = (float)Math.Clamp((moment - StartMs) / Math.Max(1, EndMs - StartMs), 0, 1);
        var glide = Math.Clamp((position - 0.35f) / 0.5f, 0, 1);
        return MouthShape.Lerp(start, MouthTable.Target(Target.End) * Target.EndIntensity, glide * glide * (3 - (2 * glide)));
    }

    private static float Fall(double distance, double steepness) =>
        distance >= 1 ? 0 : (float)(Math.Exp(-steepness * distance) * (1 - distance));
}
