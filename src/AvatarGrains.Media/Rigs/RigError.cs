namespace AvatarGrains.Media.Rigs;

/// <summary>One thing wrong with a rig.</summary>
/// <param name="File">The file, as a path.</param>
/// <param name="Element">The element id, JSON property or attribute it is about; empty when it is about the whole file.</param>
/// <param name="Problem">What is wrong and what is expected.</param>
public sealed record RigError(string File, string Element, string Problem)
{
    public override string ToString() => Element.Length == 0 ? $"{File}: {Problem}" : $"{File}: {Element}: {Problem}";
}
