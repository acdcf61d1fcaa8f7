using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr;
using AvatarGrains.Engines.Llm;
using AvatarGrains.Engines.Llm.Guide;
using AvatarGrains.Engines.Llm.OpenAi;

namespace AvatarGrains.Engines.Catalog;

/// <summary>The engines of this server, embedded and configured, by name. Names are compared without case.</summary>
public sealed class EngineCatalog : IEngineCatalog, IDisposable
{
    /// <summary>Names that clients of the supported dialects send when they mean the usual engine.</summary>
    private static readonly HashSet<string> Usual = new(StringComparer.OrdinalIgnoreCase)
    {
        "default", "yuri", "gpt-35", "gpt-3.5", "gpt-3.5-turbo", "gpt-4", "gpt-4o", "gpt-4o-mini", "azure-gpt-35", "azure-gpt-4o",
        "whisper", "whisper-1",
    };

    private readonly IReadOnlyDictionary<string, string> _aliases;
    private readonly IReadOnlyList<ISpeechSynthesizer> _synthesizers;

    private EngineCatalog(
        IReadOnlyList<LanguageModel> models,
        IReadOnlyList<ISpeechSynthesizer> synthesizers,
        IReadOnlyList<ISpeechRecognizer> recognizers,
        EnginesOptions options)
    {
        _aliases = new Dictionary<string, string>(options.Aliases, StringComparer.OrdinalIgnoreCase);
        _synthesizers = synthesizers;
        PreferredVoice = options.DefaultVoice;
        LanguageModels = First(models, m => m.Name, options.DefaultModel);
        Voices = First([.. synthesizers.SelectMany(s => s.Voices)], v => v.Name, options.DefaultVoice);
        Recognizers = First(recognizers, r => r.Name, options.DefaultRecognizer);
    }

    public IReadOnlyList<LanguageModel> LanguageModels { get; }

    public IReadOnlyList<VoiceInfo> Voices { get; }

    public string? PreferredVoice { get; }

    public IReadOnlyList<ISpeechRecognizer> Recognizers { get; }

    /// <summary>Makes the engines. Nothing is loaded or connected yet.</summary>
    /// <param name="options">Validated options.</param>
    /// <param name="knowledge">What the server knows of itself.</param>
    /// <param name="synthesizers">Synthesizers, default first.</param>
    /// <param name="http">Client for endpoints; its timeout bounds a transcription.</param>
    /// <param name="time">Clock of timeouts.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static EngineCatalog Create(
        EnginesOptions options, IKnowledgeBase knowledge, IReadOnlyList<ISpeechSynthesizer> synthesizers, HttpClient http, TimeProvider time)
    {
        if (options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        LanguageModel[] models =
        [
            .. options.Llm.Select(
                e => new LanguageModel(e.Name, e.DisplayName ?? e.Name, $"{e.Model} at {new Uri(e.BaseUrl).Host}", Endpoint(e, options, http, time))),
            new(
                "guide", "Offline guide",
                "Answers from the document or from its notes about AvatarGrains; runs on this server.", new GuideChatClient(knowledge)),
        ];
        ISpeechRecognizer[] recognizers =
        [
            .. options.Stt.Select(e => new OpenAiRecognizer(http, new(e.Name, new Uri(e.BaseUrl), e.ApiKey, e.Model))),
            new PocketSphinxRecognizer(new(options.CacheFolder, MaxDecoders: options.MaxDecoders), knowledge.ForRecognition),
        ];
        return new EngineCatalog(models, synthesizers, recognizers, options);
    }

    public LanguageModel? FindModel(string? name) => Find(LanguageModels, m => m.Name, name);

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name)
    {
        var voice = Find(Voices, v => v.Name, name) ?? Voices.FirstOrDefault(v => Same(v.Engine, name));
        return voice is null ? null : (_synthesizers.First(s => s.Voices.Contains(voice)), voice);
    }

    public ISpeechRecognizer? FindRecognizer(string? name) => Find(Recognizers, r => r.Name, name);

    public void Dispose()
    {
        foreach (var recognizer in Recognizers.OfType<IDisposable>())
        {
            recognizer.Dispose();
        }

        foreach (var model in LanguageModels)
        {
            model.Client.Dispose();
        }
    }

    /// <summary>A language model behind an endpoint, with all that makes its answers fit to be said.</summary>
    internal static KnowledgeChatClient Endpoint(EndpointOptions endpoint, EnginesOptions options, HttpClient http, TimeProvider time)
    {
        var model = new OpenAiChatClient(new(new Uri(endpoint.BaseUrl), endpoint.ApiKey, endpoint.Model), http, time);
        var bounded = new TimeoutChatClient(new AlternatingChatClient(model), options.FirstTokenTimeout, options.NextTokenTimeout, time);
        var answering = new AnsweringChatClient(new SpokenChatClient(bounded));
        return new KnowledgeChatClient(new LimitedChatClient(answering, options.MaxAnswers, options.MaxAnswers));
    }

    private static IReadOnlyList<T> First<T>(IReadOnlyList<T> all, Func<T, string> nameOf, string? first) =>
        first is null ? all : [.. all.Where(e => Same(nameOf(e), first)), .. all.Where(e => !Same(nameOf(e), first))];

    private static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private T? Find<T>(IReadOnlyList<T> all, Func<T, string> nameOf, string? name)
        where T : class
    {
        if (string.IsNullOrEmpty(name))
        {
            return all.Count > 0 ? all[0] : null;
        }

        return all.FirstOrDefault(e => Same(nameOf(e), name))
            ?? (_aliases.TryGetValue(name, out var target) ? all.FirstOrDefault(e => Same(nameOf(e), target)) : null)
            ?? (Usual.Contains(name) && all.Count > 0 ? all[0] : null);
    }
}
