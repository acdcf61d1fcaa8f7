namespace AvatarGrains.Native.Speech;

/// <summary>A phoneme as a speech library reports it.</summary>
/// <param name="Symbol">The library's symbol.</param>
/// <param name="StartMs">Milliseconds from the start of the utterance's audio.</param>
/// <param name="EndMs">End, ≥ start.</param>
/// <param name="Stress">0 none, 1 primary on an accented word, 2 any other stress.</param>
public readonly record struct NativePhoneme(string Symbol, double StartMs, double EndMs, byte Stress);
