namespace AvatarGrains.Native.Espeak;

/// <summary>A voice espeak-ng has.</summary>
/// <param name="Language">Its tag: <c>ko</c>, <c>en-us</c>, <c>fr-be</c>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Female">True when the voice is a woman's.</param>
public sealed record EspeakVoice(string Language, string Name, bool Female);
