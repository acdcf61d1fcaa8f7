namespace AvatarGrains.Core.Avatars;

/// <summary>What a phoneme asks of the mouth.</summary>
/// <param name="Start">Viseme it starts at.</param>
/// <param name="StartIntensity">How much of it, 0 to 1.</param>
/// <param name="End">Viseme it ends at; equal to <paramref name="Start"/> unless it is a diphthong.</param>
/// <param name="EndIntensity">How much of it, 0 to 1.</param>
/// <param name="Transparent">True for sounds made behind the lips (h, glottal stop): the mouth follows its neighbours.</param>
public readonly record struct MouthTarget(Viseme Start, float StartIntensity, Viseme End, float EndIntensity, bool Transparent = false)
{
    public static MouthTarget Silence => new(Viseme.Sil, 1);

    public MouthTarget(Viseme viseme, float intensity)
        : this(viseme, intensity, viseme, intensity)
    {
    }

    public bool IsDiphthong => Start != End;

    /// <summary>A bilabial: the lips must be seen to close.</summary>
    public bool Closes => Start == Viseme.PP;
}
