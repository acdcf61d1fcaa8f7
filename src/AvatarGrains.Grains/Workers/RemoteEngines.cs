using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Workers;

/// <summary>The engines of the worker silos under the names of the local ones; all silos are configured with the same engines, only workers run them.</summary>
internal sealed class RemoteEngines : IEngineCatalog
{
    private readonly IEngineCatalog _local;
    private readonly WorkerPool _pool;
    private readonly Dictionary<string, LanguageModel> _models;
    private readonly Dictionary<ISpeechRecognizer, ISpeechRecognizer> _recognizers;

    private RemoteEngines(IEngineCatalog local, WorkerPool pool)
    {
        (_local, _pool) = (local, pool);
        _models = local.LanguageModels.ToDictionary(m => m.Name, m => m with { Client = new RemoteChatClient(pool, m) });
        _recognizers = local.Recognizers.ToDictionary(r => r, ISpeechRecognizer (r) => new RemoteRecognizer(pool, r));
        LanguageModels = [.. local.LanguageModels.Select(m => _models[m.Name])];
        Recognizers = [.. local.Recognizers.Select(r => _recognizers[r])];
    }

    public IReadOnlyList<LanguageModel> LanguageModels { get; }

    public IReadOnlyList<VoiceInfo> Voices => _local.Voices;

    public string? PreferredVoice => _local.PreferredVoice;

    public IReadOnlyList<ISpeechRecognizer> Recognizers { get; }

    /// <summary>The services of a session silo: everything as given, with the work done by workers.</summary>
    public static SessionServices Over(SessionServices services, WorkerPool pool) => services with
    {
        Engines = new RemoteEngines(services.Engines, pool),
        Segments = new RemoteSegmentSource(pool, services.Segments, services.Engines),
        Knowledge = new NamedKnowledge(services.Knowledge),
    };

    public LanguageModel? FindModel(string? name) => _local.FindModel(name) is { } found ? _models.GetValueOrDefault(found.Name) : null;

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
        _local.FindVoice(name) is { } found ? (new RemoteSynthesizer(_pool, found.Engine), found.Voice) : null;

    public ISpeechRecognizer? FindRecognizer(string? name) => _local.FindRecognizer(name) is { } found ? _recognizers.GetValueOrDefault(found) : null;
}

/// <summary>Knowledge that knows which document it was found by, so that a worker can find it too.</summary>
internal sealed class DocumentKnowledge(string document, IKnowledgeBase inner) : IKnowledgeBase
{
    public string Document => document;

    public string Id => inner.Id;

    public KnowledgeText ForRecognition => inner.ForRecognition;

    public IReadOnlyList<Passage> Search(string query, int limit) => inner.Search(query, limit);
}

internal sealed class NamedKnowledge(IKnowledgeSource inner) : IKnowledgeSource
{
    public IKnowledgeBase BuiltIn => inner.BuiltIn;

    public async ValueTask<IKnowledgeBase?> FindAsync(string documentId, CancellationToken cancellationToken) =>
        await inner.FindAsync(documentId, cancellationToken) is { } found ? new DocumentKnowledge(documentId, found) : null;
}
