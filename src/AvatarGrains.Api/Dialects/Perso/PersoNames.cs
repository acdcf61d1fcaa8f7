using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// Finds what a Perso name means here. Names of this server come first; names that programs written for the hosted service carry (yuri,
/// gpt-4o, default, azuretts-ko-KR-…) mean the nearest thing this server has, so that such programs run unchanged.
/// </summary>
internal sealed class PersoNames(IEngineCatalog engines, IPoseLibrary poses)
{
    private static readonly HashSet<string> FamiliarModels = new(StringComparer.OrdinalIgnoreCase)
    {
        "default", "gpt-35", "gpt-3.5-turbo", "gpt-4", "gpt-4o", "gpt-4o-mini",
    };

    /// <summary>The avatar of a model style, the default for null, or null when unknown.</summary>
    public AvatarInfo? Avatar(string? name)
    {
        if (poses.Avatars.Count == 0)
        {
            return null;
        }

        if (name is null || name.Equals("default", StringComparison.OrdinalIgnoreCase))
        {
            return poses.Avatars[0];
        }

        return poses.Avatars.FirstOrDefault(avatar => avatar.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? FamiliarAvatar(name);
    }

    /// <summary>The voice of a TTS type; the avatar's own for null and "default"; null when unknown.</summary>
    public VoiceInfo? Voice(string? name, AvatarInfo avatar)
    {
        if (string.IsNullOrEmpty(name) || name.Equals("default", StringComparison.OrdinalIgnoreCase))
        {
            return engines.FindVoice(engines.PreferredVoice ?? avatar.DefaultVoice)?.Voice ?? engines.FindVoice(null)?.Voice;
        }

        return engines.FindVoice(name)?.Voice ?? FamiliarVoice(name, avatar);
    }

    /// <summary>The language model of a name; the default for null; null when unknown.</summary>
    public LanguageModel? Model(string? name) =>
        engines.FindModel(name) ?? (name is not null && FamiliarModels.Contains(name) ? engines.FindModel(null) : null);

    /// <summary>The recognizer of an STT type; the default for null; null when unknown.</summary>
    public ISpeechRecognizer? Recognizer(string? name)
    {
        var own = PersoSttMode.Base(name);
        return engines.FindRecognizer(name) ?? engines.FindRecognizer(own)
            ?? ("default".Equals(own, StringComparison.OrdinalIgnoreCase) ? engines.FindRecognizer(null) : null);
    }

    // Hosted styles are named PERSON-POSE_CLOTHES, for example indian_m_2_aaryan-side-white_jacket-natural or yuri-front_natural.
    private AvatarInfo? FamiliarAvatar(string name)
    {
        var man = name.Contains("_m_", StringComparison.OrdinalIgnoreCase);
        if (!man && !name.Contains("_f_", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("yuri", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return poses.Avatars.FirstOrDefault(avatar => Gender(avatar.DefaultVoice) == (man ? "male" : "female")) ?? poses.Avatars[0];
    }

    private VoiceInfo? FamiliarVoice(string name, AvatarInfo avatar)
    {
        if (name.StartsWith("yuri", StringComparison.OrdinalIgnoreCase))
        {
            return engines.Voices.FirstOrDefault(voice => voice.Gender == "female") ?? Voice(null, avatar);
        }

        // azuretts-LANGUAGE-REGION-NAME[-STYLE]
        var parts = name.Split('-');
        if (parts.Length >= 4 && parts[0].Equals("azuretts", StringComparison.OrdinalIgnoreCase))
        {
            return engines.Voices.FirstOrDefault(voice => voice.Language.Equals($"{parts[1]}-{parts[2]}", StringComparison.OrdinalIgnoreCase))
                ?? engines.Voices.FirstOrDefault(voice => voice.Language.Split('-')[0].Equals(parts[1], StringComparison.OrdinalIgnoreCase));
        }

        var gender = name.Contains("_m_", StringComparison.OrdinalIgnoreCase)
            ? "male"
            : name.Contains("_f_", StringComparison.OrdinalIgnoreCase) ? "female" : null;
        return gender is null ? null : engines.Voices.FirstOrDefault(voice => voice.Gender == gender) ?? Voice(null, avatar);
    }

    private string? Gender(string? voice) => voice is null ? null : engines.FindVoice(voice)?.Voice.Gender;
}
