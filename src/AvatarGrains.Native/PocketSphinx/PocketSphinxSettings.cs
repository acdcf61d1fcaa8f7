namespace AvatarGrains.Native.PocketSphinx;

/// <summary>What a decoder is made from. Exactly one of <paramref name="LanguageModel"/> and <paramref name="PhoneModel"/> is given.</summary>
/// <param name="AcousticModel">Folder of the acoustic model.</param>
/// <param name="Dictionary">Pronouncing dictionary file, or null in a phone loop.</param>
/// <param name="LanguageModel">ARPA or binary n-gram file.</param>
/// <param name="PhoneModel">n-gram file over phones: the decoder then recognizes phones, not words.</param>
/// <param name="Options">Further options of the library by name without dash, for example <c>lw</c>.</param>
public sealed record PocketSphinxSettings(
    string AcousticModel, string? Dictionary, string? LanguageModel, string? PhoneModel, IReadOnlyDictionary<string, string> Options);
