namespace AvatarGrains.Core.Avatars;

/// <summary>How much each kind of sound cares about each parameter of the mouth. Weights, in the fields of a shape.</summary>
internal static class Dominance
{
    private static readonly MouthShape[] Weights =
    [
        new(0.55f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f), // Sil
        new(1.6f, 0.3f, 0.3f, 1.6f, 1, 0.6f), // PP
        new(1.2f, 0.3f, 0.3f, 1.3f, 1.3f, 0.5f), // FF
        new(0.7f, 0.3f, 0.2f, 0.8f, 0.8f, 1.5f), // TH
        new(0.5f, 0.2f, 0.15f, 0.7f, 0.5f, 1), // DD
        new(0.4f, 0.15f, 0.12f, 0.7f, 0.3f, 0.4f), // KK
        new(0.8f, 0.8f, 1, 0.8f, 0.9f, 0.5f), // CH
        new(1, 0.6f, 0.5f, 0.8f, 1.1f, 0.5f), // SS
        new(0.5f, 0.2f, 0.15f, 0.7f, 0.4f, 1.1f), // NN
        new(0.6f, 0.6f, 0.7f, 0.7f, 0.5f, 0.6f), // RR
        new(1, 0.8f, 0.8f, 1, 0.7f, 0.6f), // AA
        new(1, 0.9f, 0.8f, 1, 0.7f, 0.6f), // E
        new(0.9f, 1, 0.8f, 1, 0.7f, 0.6f), // IH
        new(1, 1, 1.2f, 1, 0.7f, 0.6f), // OH
        new(0.9f, 1.1f, 1.3f, 1, 0.7f, 0.6f), // OU
    ];

    public static MouthShape Of(Viseme viseme) => Weights[(int)viseme];

    public static MouthShape Times(in MouthShape a, in MouthShape b) =>
        new(a.Jaw * b.Jaw, a.Width * b.Width, a.Round * b.Round, a.Press * b.Press, a.Teeth * b.Teeth, a.Tongue * b.Tongue);

    /// <summary>The weighted mean; the mouth at rest where nothing pulls.</summary>
    public static MouthShape Over(in MouthShape sum, in MouthShape weights) =>
        new(
            Divide(sum.Jaw, weights.Jaw),
            Divide(sum.Width, weights.Width),
            Divide(sum.Round, weights.Round),
            Divide(sum.Press, weights.Press),
            Divide(sum.Teeth, weights.Teeth),
            Divide(sum.Tongue, weights.Tongue));

    private static float Divide(float sum, float weight) => weight < 1e-6f ? 0 : sum / weight;
}
