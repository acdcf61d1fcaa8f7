using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Engines;

/// <summary>A configured language model.</summary>
/// <param name="Name">Name clients choose it by, for example <c>guide</c> or <c>gpt-4o</c>.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Description">One line: what it is and where it runs.</param>
/// <param name="Client">The model; streams with <see cref="IChatClient.GetStreamingResponseAsync"/>.</param>
public sealed record LanguageModel(string Name, string DisplayName, string Description, IChatClient Client);

/// <summary>The engines this server has, by the names clients choose them by.</summary>
public interface IEngineCatalog
{
    /// <summary>Language models, default first.</summary>
    IReadOnlyList<LanguageModel> LanguageModels { get; }

    /// <summary>Voices of all synthesizers, default first.</summary>
    IReadOnlyList<VoiceInfo> Voices { get; }

    /// <summary>The voice that every avatar has where nobody names one; null when avatars have their own.</summary>
    string? PreferredVoice => null;

    /// <summary>Recognizers, default first.</summary>
    IReadOnlyList<ISpeechRecognizer> Recognizers { get; }

    /// <summary>The model of a name or alias; the default for null; null when unknown.</summary>
    LanguageModel? FindModel(string? name);

    /// <summary>The synthesizer and voice of a name or alias; the default for null; null when unknown.</summary>
    (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name);

    /// <summary>The recognizer of a name or alias; the default for null; null when unknown.</summary>
    ISpeechRecognizer? FindRecognizer(string? name);
}
