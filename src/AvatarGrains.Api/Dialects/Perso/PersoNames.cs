using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// Finds what a Perso name means here. Names of this server come first; names that programs written for the hosted service carry (yuri,
/// gpt-4o, default, azuretts-ko-KR-…) mean the nearest thing this server has.
/// </summary>
internal sealed class PersoNames(EngineNames names)
{
    private static readonly HashSet<string> FamiliarModels = new(StringComparer.OrdinalIgnoreCase)
    {
        "default", "gpt-35", "gpt-3.5-turbo", "gpt-4", "gpt-4o", "gpt-4o-mini",
    };

    /// <summary>The avatar of a model style, the default for null, or null when unknown.</summary>
    public AvatarInfo? Avatar(string? name) => names.Avatar(name) ?? (name is null ? null : FamiliarAvatar(name));

    /// <summary>The voice of a TTS type; the avatar's own for null and "default"; null when unknown.</summary>
    public VoiceInfo? Voice(string? name, AvatarInfo avatar) => names.Voice(name, avatar) ?? (name is null ? null : FamiliarVoice(name, avatar));

    /// <summary>The language model of a name; the default for null; null when unknown.</summary>
    public LanguageModel? Model(string? name) =>
        names.Model(name) ?? (name is not null && FamiliarModels.Contains(name) ? names.Model(null) : null);

    /// <summary>The recognizer of an STT type; the default for null; null when unknown.</summary>
    public ISpeechRecognizer? Recognizer(string? name) => names.Recognizer(name) ?? names.Recognizer(PersoSttMode.Base(name));

    private static string? GenderOf(string name) => name.Contains("_m_", StringComparison.OrdinalIgnoreCase)
        ? "male"
        : name.Contains("_f_", StringComparison.OrdinalIgnoreCase) ? "female" : null;

    // Hosted styles are named PERSON-POSE_CLOTHES, for example indian_m_2_aaryan-side-white_jacket-natural or yuri-front_natural.
    private AvatarInfo? FamiliarAvatar(string name)
    {
        var gender = GenderOf(name) ?? (name.StartsWith("yuri", StringComparison.OrdinalIgnoreCase) ? "female" : null);
        return gender is null ? null : names.AvatarOfGender(gender) ?? names.Avatar(null);
    }

    private VoiceInfo? FamiliarVoice(string name, AvatarInfo avatar)
    {
        if (name.StartsWith("yuri", StringComparison.OrdinalIgnoreCase))
        {
            return names.VoiceOfGender("female") ?? Voice(null, avatar);
        }

        // azuretts-LANGUAGE-REGION-NAME[-STYLE]
        var parts = name.Split('-');
        if (parts.Length >= 4 && parts[0].Equals("azuretts", StringComparison.OrdinalIgnoreCase))
        {
            return names.VoiceOfLanguage($"{parts[1]}-{parts[2]}");
        }

        return GenderOf(name) is { } gender ? names.VoiceOfGender(gender) ?? Voice(null, avatar) : null;
    }
}
