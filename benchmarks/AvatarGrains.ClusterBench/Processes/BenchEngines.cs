using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Engines.Scripted;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>Engines that take next to no time: what is measured is the cluster.</summary>
internal sealed class BenchEngines : IEngineCatalog, IKnowledgeSource
{
    /// <summary>Two sentences of 35 letters and blanks of 80 ms each: 5.6 s of speech.</summary>
    private const string Answer = "This is what an avatar says today. It goes on for five seconds or so.";

    private readonly ScriptedSynthesizer _voice = new();

    public BenchEngines()
    {
        LanguageModels = [new LanguageModel("scripted", "Scripted", "Gives one answer.", ScriptedChatClient.Always(Answer))];
        BuiltIn = new KnowledgeSource(new NoDocuments()).BuiltIn;
    }

    public IReadOnlyList<LanguageModel> LanguageModels { get; }

    public IReadOnlyList<VoiceInfo> Voices => _voice.Voices;

    public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

    public IKnowledgeBase BuiltIn { get; }

    public LanguageModel? FindModel(string? name) => LanguageModels[0];

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) => (_voice, Voices[0]);

    public ISpeechRecognizer? FindRecognizer(string? name) => null;

    public ValueTask<IKnowledgeBase?> FindAsync(string documentId, CancellationToken cancellationToken) => new((IKnowledgeBase?)null);

    private sealed class NoDocuments : IDocumentTexts
    {
        public ValueTask<DocumentText?> FindAsync(string documentId, CancellationToken cancellationToken) => new((DocumentText?)null);
    }
}
