using AvatarGrains.Engines.Tts;

namespace AvatarGrains.Engines.Catalog;

/// <summary>The engines of a server beside the embedded ones. Empty is valid: everything embedded.</summary>
public sealed record EnginesOptions
{
    /// <summary>
    /// Language models behind OpenAI-compatible endpoints. The first is the default unless <see cref="DefaultModel"/> says otherwise.
    /// </summary>
    public IReadOnlyList<EndpointOptions> Llm { get; init; } = [];

    /// <summary>
    /// Recognizers behind OpenAI-compatible endpoints. The first is the default unless <see cref="DefaultRecognizer"/> says otherwise.
    /// </summary>
    public IReadOnlyList<EndpointOptions> Stt { get; init; } = [];

    /// <summary>
    /// Synthesizers behind OpenAI-compatible endpoints. Avatars keep their own voices unless <see cref="DefaultVoice"/> or a client says
    /// otherwise.
    /// </summary>
    public IReadOnlyList<SpeechEndpointOptions> Tts { get; init; } = [];

    /// <summary>Name of the default language model, or null.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>Name of the voice that every avatar has where a client names none; null for the avatar's own.</summary>
    public string? DefaultVoice { get; init; }

    /// <summary>Name of the default recognizer, or null.</summary>
    public string? DefaultRecognizer { get; init; }

    /// <summary>
    /// Further names for engines: alias to name. Names that existing clients send without meaning more than "the usual one" are known
    /// already.
    /// </summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Longest silence of a model before its first words. Whatever it sends, also what is no word, begins the wait anew. Long enough for a
    /// model that has to be loaded first.
    /// </summary>
    public TimeSpan FirstTokenTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest silence inside an answer.</summary>
    public TimeSpan NextTokenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for the first sound of a voice behind an endpoint; another voice speaks then.</summary>
    public TimeSpan FirstSoundTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most answers, and most sentences, one endpoint works on at once; as many more wait, the rest are refused.</summary>
    public int MaxAnswers { get; init; } = 64;

    /// <summary>Folder for language models of speech that the server builds.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Most utterances the embedded recognizer decodes at once; each takes some 40 MB.</summary>
    public int MaxDecoders { get; init; } = 4;

    /// <summary>All that is wrong with these options, for people; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        foreach (var (kind, list) in new (string, IReadOnlyList<EndpointOptions>)[] { ("llm", Llm), ("stt", Stt), ("tts", Tts) })
        {
            errors.AddRange(list.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase)
                .Where(g => g.Count() > 1)
                .Select(g => $"engines.{kind}: the name '{g.Key}' is used {g.Count()} times"));
            errors.AddRange(list.SelectMany(e => e.Validate($"engines.{kind}")));
        }

        Check(
            DefaultModel is null || DefaultModel == "guide" || Llm.Any(e => e.Name == DefaultModel),
            $"engines.defaultModel: there is no model '{DefaultModel}'");
        Check(
            DefaultRecognizer is null || DefaultRecognizer == "pocketsphinx" || Stt.Any(e => e.Name == DefaultRecognizer),
            $"engines.defaultRecognizer: there is no recognizer '{DefaultRecognizer}'");
        Check(
            !Tts.Any(e => e.Name is "flite" or "espeak"),
            "engines.tts: flite and espeak are the embedded synthesizers; another one needs another name");
        Check(
            FirstTokenTimeout > TimeSpan.Zero && NextTokenTimeout > TimeSpan.Zero && FirstSoundTimeout > TimeSpan.Zero,
            $"engines: timeouts must be above zero, not {FirstTokenTimeout}, {NextTokenTimeout} and {FirstSoundTimeout}");
        Check(MaxAnswers > 0 && MaxDecoders > 0, $"engines: maxAnswers and maxDecoders must be above zero, not {MaxAnswers} and {MaxDecoders}");
        return errors;

        void Check(bool valid, string error)
        {
            if (!valid)
            {
                errors.Add(error);
            }
        }
    }
}
