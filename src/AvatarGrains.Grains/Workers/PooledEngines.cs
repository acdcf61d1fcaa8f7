using AvatarGrains.Core.Engines;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// The engines of the worker silos, under the names of those of this process: all silos are configured with the same ones, and workers alone run
/// them.
/// </summary>
internal sealed class PooledEngines : IEngineCatalog
{
    private readonly IEngineCatalog _own;
    private readonly WorkerPool _pool;
    private readonly Dictionary<LanguageModel, LanguageModel> _models;
    private readonly Dictionary<ISpeechRecognizer, ISpeechRecognizer> _recognizers;

    public PooledEngines(WorkerEngines own, WorkerPool pool)
    {
        (_own, _pool) = (own.Catalog, pool);
        _models = _own.LanguageModels.ToDictionary(m => m, m => m with { Client = new PooledChatClient(pool, m) });
        _recognizers = _own.Recognizers.ToDictionary(r => r, ISpeechRecognizer (r) => new PooledRecognizer(pool, r));
        LanguageModels = [.. _own.LanguageModels.Select(m => _models[m])];
        Recognizers = [.. _own.Recognizers.Select(r => _recognizers[r])];
    }

    public IReadOnlyList<LanguageModel> LanguageModels { get; }

    public IReadOnlyList<VoiceInfo> Voices => _own.Voices;

    public string? PreferredVoice => _own.PreferredVoice;

    public IReadOnlyList<ISpeechRecognizer> Recognizers { get; }

    public LanguageModel? FindModel(string? name) => _own.FindModel(name) is { } found ? _models.GetValueOrDefault(found) : null;

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
        _own.FindVoice(name) is { } found ? (new PooledSynthesizer(_pool, found.Engine), found.Voice) : null;

    public ISpeechRecognizer? FindRecognizer(string? name) => _own.FindRecognizer(name) is { } found ? _recognizers.GetValueOrDefault(found) : null;
}
