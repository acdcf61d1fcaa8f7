namespace AvatarGrains.Engines.Asr;

/// <summary>Settings of the embedded recognizer.</summary>
/// <param name="CacheFolder">Where built language models are kept; they can be deleted at any time.</param>
/// <param name="ModelFolder">Folder of the en-us models (package pocketsphinx-en-us).</param>
/// <param name="MaxDecoders">Most utterances decoded at once; each takes some 40 MB.</param>
/// <param name="MinConfidence">Below this the words are not acted on. 0 to 1.</param>
public sealed record PocketSphinxOptions(
    string CacheFolder, string ModelFolder = "/usr/share/pocketsphinx/model/en-us", int MaxDecoders = 4, double MinConfidence = 0.5)
{
    /// <summary>Options of the library for the word decoder that replace the tuned ones, by name without dash; for experiments.</summary>
    public IReadOnlyDictionary<string, string> Decoder { get; init; } = new Dictionary<string, string>();

    internal string AcousticModel => Path.Combine(ModelFolder, "en-us");

    internal string GeneralModel => Path.Combine(ModelFolder, "en-us.lm.bin");

    internal string PhoneModel => Path.Combine(ModelFolder, "en-us-phone.lm.bin");

    internal string PronouncingDictionary => Path.Combine(ModelFolder, "cmudict-en-us.dict");
}
