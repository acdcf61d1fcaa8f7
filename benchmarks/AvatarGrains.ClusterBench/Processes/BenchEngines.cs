using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Storage;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Engines.Scripted;
using AvatarGrains.Engines.Vad;
using AvatarGrains.Native.Opus;

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

    /// <summary>What sessions with these engines work with.</summary>
    public static SessionServices Services(ISessionStore store)
    {
        var engines = new BenchEngines();
        var codecs = new NativeAudioCodecs();
        return new SessionServices
        {
            Engines = engines,
            Knowledge = engines,
            Segments = new SegmentSource(engines, codecs),
            Detectors = new EmbeddedVoiceDetectors(),
            Codecs = codecs,
            Store = store,
        };
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
