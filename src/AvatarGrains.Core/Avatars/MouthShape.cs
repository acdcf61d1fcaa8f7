namespace AvatarGrains.Core.Avatars;

/// <summary>A mouth as six continuous parameters; all zero is the mouth at rest, closed without pressure.</summary>
/// <param name="Jaw">Opening, 0 closed to 1 wide.</param>
/// <param name="Width">Corners of the lips, −1 drawn together to 1 stretched.</param>
/// <param name="Round">Rounding and protrusion, 0 to 1.</param>
/// <param name="Press">Lips pressed together (with <paramref name="Teeth"/>: lower lip pressed to the upper teeth), 0 to 1.</param>
/// <param name="Teeth">How much of the teeth shows, 0 to 1.</param>
/// <param name="Tongue">How far the tip of the tongue is raised or shows, 0 to 1.</param>
public readonly record struct MouthShape(float Jaw, float Width, float Round, float Press, float Teeth, float Tongue)
{
    /// <summary>The mouth at rest.</summary>
    public static MouthShape Rest => default;

    public static MouthShape operator +(in MouthShape a, in MouthShape b) =>
        new(a.Jaw + b.Jaw, a.Width + b.Width, a.Round + b.Round, a.Press + b.Press, a.Teeth + b.Teeth, a.Tongue + b.Tongue);

    public static MouthShape operator *(in MouthShape a, float k) =>
        new(a.Jaw * k, a.Width * k, a.Round * k, a.Press * k, a.Teeth * k, a.Tongue * k);

    /// <summary>The shape <paramref name="t"/> of the way from <paramref name="a"/> to <paramref name="b"/>.</summary>
    public static MouthShape Lerp(in MouthShape a, in MouthShape b, float t) => (a * (1 - t)) + (b * t);

    /// <summary>How different two mouths look: Euclidean, weighted by how much each parameter is seen. 0 for equal shapes.</summary>
    public static float Distance(in MouthShape a, in MouthShape b)
    {
        var jaw = 1.6f * (a.Jaw - b.Jaw);
        var width = 0.8f * (a.Width - b.Width);
        var round = 0.9f * (a.Round - b.Round);
        var press = 0.7f * (a.Press - b.Press);
        var teeth = 0.4f * (a.Teeth - b.Teeth);
        var tongue = 0.4f * (a.Tongue - b.Tongue);
        return MathF.Sqrt((jaw * jaw) + (width * width) + (round * round) + (press * press) + (teeth * teeth) + (tongue * tongue));
    }
}
