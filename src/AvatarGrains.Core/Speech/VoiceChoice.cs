using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Speech;

/// <summary>Which voice speaks: the one asked for, unless it does not know the language and another does.</summary>
public static class VoiceChoice
{
    private static readonly char[] Separators = ['-', '_'];

    public static (ISpeechSynthesizer Engine, VoiceInfo Voice)? Find(IEngineCatalog catalog, string? voice, string? language)
    {
        var asked = catalog.FindVoice(voice);
        if (language is not { Length: > 0 } || asked is null || asked.Value.Voice.Language == VoiceInfo.AnyLanguage
            || SameLanguage(asked.Value.Voice.Language, language))
        {
            return asked;
        }

        var gender = asked.Value.Voice.Gender;
        var better = catalog.Voices
            .Where(v => SameLanguage(v.Language, language))
            .OrderByDescending(v => string.Equals(v.Language, language, StringComparison.OrdinalIgnoreCase))
            .ThenByDescending(v => v.Gender == gender)
            .FirstOrDefault();
        return (better is null ? null : catalog.FindVoice(better.Name)) ?? asked;
    }

    internal static bool SameLanguage(string a, string b) => Primary(a).Equals(Primary(b), StringComparison.OrdinalIgnoreCase);

    private static string Primary(string tag)
    {
        var end = tag.IndexOfAny(Separators);
        return end < 0 ? tag : tag[..end];
    }
}
