namespace AvatarGrains.Core.Avatars;

/// <summary>
/// The finite set of mouths a rig draws and a <see cref="FaceFrame"/> names: index 0 is <see cref="Viseme.Sil"/>; the index of a viseme from
/// <see cref="Viseme.PP"/> on at level 1 to <see cref="Levels"/> is <c>1 + (viseme − 1) · 3 + (level − 1)</c>, level standing for a third, two thirds
/// and the whole of the way from rest to the viseme's target.
/// </summary>
public static class MouthTable
{
    /// <summary>Intensities per viseme.</summary>
    public const int Levels = 3;

    /// <summary>Number of mouths.</summary>
    public const int Count = 1 + (14 * Levels);

    private static readonly MouthShape[] Targets =
    [
        new(0, 0, 0, 0, 0, 0), // Sil
        new(0, 0, 0.05f, 1, 0, 0), // PP
        new(0.10f, 0.05f, 0, 0.55f, 0.85f, 0), // FF
        new(0.25f, 0.10f, 0, 0, 0.50f, 1), // TH
        new(0.25f, 0.12f, 0, 0, 0.60f, 0.55f), // DD
        new(0.32f, 0.05f, 0, 0, 0.25f, 0.10f), // KK
        new(0.22f, -0.30f, 0.60f, 0, 0.70f, 0.10f), // CH
        new(0.10f, 0.45f, 0, 0, 1, 0.10f), // SS
        new(0.28f, 0.10f, 0, 0, 0.40f, 0.75f), // NN
        new(0.25f, -0.25f, 0.45f, 0, 0.30f, 0.20f), // RR
        new(1, 0.10f, 0, 0, 0.35f, 0.10f), // AA
        new(0.60f, 0.40f, 0, 0, 0.50f, 0.15f), // E
        new(0.30f, 0.80f, 0, 0, 0.65f, 0.15f), // IH
        new(0.65f, -0.35f, 0.75f, 0, 0.10f, 0), // OH
        new(0.25f, -0.70f, 1, 0, 0, 0), // OU
    ];

    private static readonly MouthShape[] Shapes = [.. Enumerable.Range(0, Count).Select(i => Targets[(int)VisemeOf((byte)i)] * IntensityOf((byte)i))];

    /// <summary>The index of a viseme at a level; <see cref="Viseme.Sil"/> has the single index 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is not 1 to <see cref="Levels"/>.</exception>
    public static byte IndexOf(Viseme viseme, int level = Levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, Levels);
        return viseme == Viseme.Sil ? (byte)0 : (byte)(1 + (((int)viseme - 1) * Levels) + level - 1);
    }

    /// <summary>The viseme an index shows.</summary>
    public static Viseme VisemeOf(byte index) => index == 0 ? Viseme.Sil : (Viseme)(1 + ((Checked(index) - 1) / Levels));

    /// <summary>1 to <see cref="Levels"/>, or 0 for the mouth at rest.</summary>
    public static int LevelOf(byte index) => index == 0 ? 0 : 1 + ((Checked(index) - 1) % Levels);

    /// <summary>0 to 1: how far from rest to the viseme's target.</summary>
    public static float IntensityOf(byte index) => LevelOf(index) / (float)Levels;

    /// <summary>The target of a viseme at full intensity.</summary>
    public static MouthShape Target(Viseme viseme) => Targets[(int)viseme];

    /// <summary>The nominal parameters of an index.</summary>
    public static MouthShape Shape(byte index) => Shapes[Checked(index)];

    /// <summary>How different two mouths look; 0 for equal indices, symmetric.</summary>
    public static float Distance(byte a, byte b) => MouthShape.Distance(Shapes[Checked(a)], Shapes[Checked(b)]);

    /// <summary>The mouth that looks most like <paramref name="shape"/>.</summary>
    public static byte Nearest(in MouthShape shape) => Nearest(shape, 0, 0);

    /// <summary>
    /// The mouth that looks most like <paramref name="shape"/>, staying at <paramref name="current"/> unless another is nearer by more than
    /// <paramref name="hysteresis"/>.
    /// </summary>
    public static byte Nearest(in MouthShape shape, byte current, float hysteresis)
    {
        var best = Checked(current);
        var bestDistance = MouthShape.Distance(shape, Shapes[current]) - hysteresis;
        for (byte i = 0; i < Count; i++)
        {
            var distance = MouthShape.Distance(shape, Shapes[i]);
            if (distance < bestDistance)
            {
                best = i;
                bestDistance = distance;
            }
        }

        return best;
    }

    private static byte Checked(byte index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index;
    }
}
