using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Shared;

/// <summary>Finds what this server has by the names it goes by here. What other systems call their own is a dialect's matter.</summary>
internal sealed class EngineNames(IEngineCatalog engines, IPoseLibrary poses)
{
    private const string Default = "default";

    /// <summary>An avatar; the first for null and "default"; null when unknown.</summary>
    public AvatarInfo? Avatar(string? name) => IsDefault(name)
        ? poses.Avatars.FirstOrDefault()
        : poses.Avatars.FirstOrDefault(avatar => avatar.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A voice; the avatar's own for null, "" and "default"; null when unknown.</summary>
    public VoiceInfo? Voice(string? name, AvatarInfo avatar) => string.IsNullOrEmpty(name) || IsDefault(name)
        ? engines.FindVoice(engines.PreferredVoice ?? avatar.DefaultVoice)?.Voice ?? engines.FindVoice(null)?.Voice
        : engines.FindVoice(name)?.Voice;

    /// <summary>The first voice that speaks a language: of the same region where there is one, else of another; null when there is none.</summary>
    /// <param name="language">A tag such as <c>ko</c> or <c>ko-KR</c>.</param>
    public VoiceInfo? VoiceOfLanguage(string language) =>
        engines.Voices.FirstOrDefault(voice => voice.Language.Equals(language, StringComparison.OrdinalIgnoreCase))
        ?? engines.Voices.FirstOrDefault(voice => voice.Language.Split('-')[0].Equals(language.Split('-')[0], StringComparison.OrdinalIgnoreCase));

    /// <summary>The first voice of a gender, <c>female</c> or <c>male</c>; null when there is none.</summary>
    public VoiceInfo? VoiceOfGender(string gender) => engines.Voices.FirstOrDefault(voice => voice.Gender == gender);

    /// <summary>The first avatar whose own voice has a gender; null when there is none.</summary>
    public AvatarInfo? AvatarOfGender(string gender) => poses.Avatars.FirstOrDefault(
        avatar => avatar.DefaultVoice is { } voice && engines.FindVoice(voice)?.Voice.Gender == gender);

    /// <summary>A language model; the first for null; null when unknown.</summary>
    public LanguageModel? Model(string? name) => engines.FindModel(name);

    /// <summary>A recognizer; the first for null and "default"; null when unknown.</summary>
    public ISpeechRecognizer? Recognizer(string? name) =>
        engines.FindRecognizer(name) ?? (IsDefault(name) ? engines.FindRecognizer(null) : null);

    private static bool IsDefault(string? name) => name is null || name.Equals(Default, StringComparison.OrdinalIgnoreCase);
}
