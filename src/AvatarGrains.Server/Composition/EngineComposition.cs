using AvatarGrains.Core.Media;
using AvatarGrains.Grains.Workers;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Storage;
using AvatarGrains.Engines.Catalog;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Engines.Tts;
using AvatarGrains.Engines.Vad;
using AvatarGrains.Server.Configuration;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Server.Composition;

/// <summary>The engines of a server: embedded ones whose libraries are there, and those that the settings name.</summary>
internal sealed class EngineComposition : IDisposable
{
    private const string GuideName = "guide";
    private const long SpeechCacheBytes = 64L << 20;

    /// <summary>Every voice of flite is data of its own; espeak-ng's share all but a small file.</summary>
    private static readonly string[] WarmVoices = ["slt", "rms", "awb", "espeak:en-us"];

    private readonly List<IDisposable> _owned = [];
    private readonly HttpClient _http;
    private readonly IAudioTranscoder? _transcoder;

    public EngineComposition(ServerOptions options, ILibraryStore library, IAudioTranscoder? transcoder, TimeProvider time)
    {
        _transcoder = transcoder;
        Knowledge = new KnowledgeSource(new LibraryDocuments(library, new FolderDocuments(Path.Combine(options.Data, "documents"))));
        Detectors = new EmbeddedVoiceDetectors();
        var settings = options.Engines.CacheFolder.Length > 0
            ? options.Engines
            : options.Engines with { CacheFolder = Path.Combine(options.Data, "cache", "speech") };
        _http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        ISpeechSynthesizer[] voices = [.. Synthesizers(time), .. settings.Tts.Select(endpoint => Endpoint(endpoint, settings, time))];
        Catalog = EngineCatalog.Create(settings, Knowledge.BuiltIn, voices, _http, time);
        if (settings.DefaultVoice is { } voice && Catalog.FindVoice(voice) is null)
        {
            Dispose();
            throw new StartupException($"engines.defaultVoice: there is no voice '{voice}'; ./avatar doctor lists the voices there are.");
        }
    }

    public EngineCatalog Catalog { get; }

    public KnowledgeSource Knowledge { get; }

    public IVoiceActivityDetectors Detectors { get; }

    /// <summary>The engines, for the workers of this process.</summary>
    public WorkerEngines ForWorkers(IAudioCodecs codecs, ILogger log) =>
        new(Catalog, new SegmentSource(Catalog, codecs, log: log), Knowledge);

    public void Dispose()
    {
        Catalog.Dispose();
        _http.Dispose();
        foreach (var one in _owned)
        {
            one.Dispose();
        }
    }

    /// <summary>
    /// Loads what the first conversation needs, so that its first turn does not wait: the embedded voices, the guide, and the recognizer's model of
    /// the
    /// built-in knowledge. Asks no engine outside this machine.
    /// </summary>
    /// <exception cref="EngineException">An engine cannot work.</exception>
    public async Task PrepareAsync(ISegmentSource segments, CancellationToken cancellationToken)
    {
        foreach (var voice in WarmVoices.Where(name => Catalog.FindVoice(name)?.Voice.Name == name))
        {
            await foreach (var part in segments.SpeakAsync(new SegmentRequest("Well, hello.", voice, null, Expression.Neutral), cancellationToken))
            {
                _ = part;
            }
        }

        if (Catalog.FindModel(GuideName) is { } guide)
        {
            await foreach (var update in guide.Client.GetStreamingResponseAsync("What can you do?", cancellationToken: cancellationToken))
            {
                _ = update;
            }
        }

        if (Catalog.FindRecognizer(null) is { } recognizer)
        {
            await recognizer.PrepareAsync(new RecognitionContext(null, Knowledge.BuiltIn.ForRecognition), cancellationToken);
        }
    }

    /// <summary>A misspelt name would silently need no GPU.</summary>
    /// <param name="needGpu">The engines that are to run where a GPU is.</param>
    /// <exception cref="StartupException">There is no engine of some name; says each.</exception>
    public void Check(IReadOnlyList<string> needGpu)
    {
        string[] known =
        [
            .. Catalog.LanguageModels.Select(one => one.Name),
            .. Catalog.Recognizers.Select(one => one.Name),
            .. Catalog.Voices.Select(one => one.Engine).Distinct(),
        ];
        var wrong = needGpu.Index().Where(one => !known.Contains(one.Item, StringComparer.OrdinalIgnoreCase))
            .Select(one =>
                ($"cluster.gpuEngines[{one.Index}] is '{one.Item}'; there is no such engine{Spelling.Suggest(one.Item, known)}. "
                    + $"There are {string.Join(", ", known)}.").Replace("?.", "?", StringComparison.Ordinal))
            .ToArray();
        if (wrong.Length > 0)
        {
            throw new StartupException(wrong);
        }
    }

    private List<ISpeechSynthesizer> Synthesizers(TimeProvider time)
    {
        var found = new List<ISpeechSynthesizer>();
        if (FliteSynthesizer.IsAvailable)
        {
            found.Add(Guarded(new FliteSynthesizer(), time));
        }

        if (EspeakSynthesizer.IsAvailable)
        {
            var espeak = new EspeakSynthesizer();
            _owned.Add(espeak);
            found.Add(Guarded(espeak, time));
        }

        return found;
    }

    private LimitedSynthesizer Endpoint(SpeechEndpointOptions endpoint, EnginesOptions settings, TimeProvider time)
    {
        var cached = new CachedSynthesizer(new OpenAiSpeechSynthesizer(_http, endpoint, _transcoder, time), SpeechCacheBytes);
        var bounded = new TimeoutSynthesizer(cached, settings.FirstSoundTimeout, settings.NextTokenTimeout, time);
        return new LimitedSynthesizer(bounded, settings.MaxAnswers, settings.MaxAnswers);
    }

    private LimitedSynthesizer Guarded(ISpeechSynthesizer engine, TimeProvider time)
    {
        var cached = new CachedSynthesizer(engine, SpeechCacheBytes);
        var bounded = new TimeoutSynthesizer(cached, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), time);
        return new LimitedSynthesizer(bounded, Environment.ProcessorCount * 4, 1024);
    }
}
