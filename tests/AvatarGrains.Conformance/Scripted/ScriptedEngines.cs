using AvatarGrains.Core.Engines;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>Engines that do what a test says.</summary>
public sealed class ScriptedEngines : IEngineCatalog, IKnowledgeSource, IVoiceActivityDetectors
{
    public ScriptedEngines()
    {
        LanguageModels = [new LanguageModel("scripted", "Scripted", "For tests.", Chat)];
        Voices = [new VoiceInfo("scripted", "Scripted", "en", null, "scripted")];
        Recognizers = [Recognizer];
    }

    public ScriptedChatClient Chat { get; } = new();

    public ScriptedSynthesizer Synthesizer { get; } = new();

    public ScriptedRecognizer Recognizer { get; } = new();

    public IReadOnlyList<LanguageModel> LanguageModels { get; }

    public IReadOnlyList<VoiceInfo> Voices { get; }

    public IReadOnlyList<ISpeechRecognizer> Recognizers { get; }

    public IKnowledgeBase BuiltIn { get; } = new ScriptedKnowledge("built-in", "This is a server for talking avatars.");

    public LanguageModel? FindModel(string? name) => name is null or "scripted" ? LanguageModels[0] : null;

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) => name is null or "scripted" ? (Synthesizer, Voices[0]) : null;

    public ISpeechRecognizer? FindRecognizer(string? name) => name is null or "scripted" ? Recognizer : null;

    public ValueTask<IKnowledgeBase?> FindAsync(string documentId, CancellationToken cancellationToken) =>
        new(documentId == "doc" ? new ScriptedKnowledge("doc", "The library opens at nine.") : null);

    public IVoiceActivityDetector Create(VoiceActivityOptions options) => new LoudnessDetector();

    private sealed class ScriptedKnowledge(string id, string text) : IKnowledgeBase
    {
        public string Id => id;

        public KnowledgeText ForRecognition { get; } = new(id, [text]);

        public IReadOnlyList<Passage> Search(string query, int limit) => [new Passage(text, "Heading", 1)];
    }

    /// <summary>Any sample but zero is speech; the first silent frame ends it.</summary>
    private sealed class LoudnessDetector : IVoiceActivityDetector
    {
        private bool _speaking;

        public int FrameSamples => 160;

        public int PrerollSamples => 160;

        public VoiceEvent Process(ReadOnlySpan<short> frame, bool playing)
        {
            var loud = frame.ContainsAnyExcept((short)0);
            if (loud == _speaking)
            {
                return VoiceEvent.None;
            }

            _speaking = loud;
            return loud ? VoiceEvent.SpeechStarted : VoiceEvent.SpeechEnded;
        }

        public void Reset() => _speaking = false;
    }
}
