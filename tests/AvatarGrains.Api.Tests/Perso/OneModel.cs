using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>The engines of another catalog with one language model in place of its own.</summary>
internal sealed class OneModel(IEngineCatalog engines, IChatClient client) : IEngineCatalog
{
    public IReadOnlyList<LanguageModel> LanguageModels { get; } = [new LanguageModel("scripted", "Scripted", "For tests.", client)];

    public IReadOnlyList<VoiceInfo> Voices => engines.Voices;

    public IReadOnlyList<ISpeechRecognizer> Recognizers => engines.Recognizers;

    public LanguageModel? FindModel(string? name) => name is null or "scripted" ? LanguageModels[0] : null;

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) => engines.FindVoice(name);

    public ISpeechRecognizer? FindRecognizer(string? name) => engines.FindRecognizer(name);
}
