using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Speech;

/// <summary>A voice and the engine that has it.</summary>
internal readonly record struct SpeakingVoice(ISpeechSynthesizer Engine, VoiceInfo Voice);

/// <summary>
/// Which voices are tried for a sentence: the chosen one, the same once more, then one of each other engine that knows the language.
/// </summary>
internal static class VoiceFallback
{
    private const int MostOthers = 2;
    private const string DefaultLanguage = "en";

    /// <summary>The voices in the order they are tried; none when there is no voice of the name.</summary>
    public static IReadOnlyList<SpeakingVoice> List(IEngineCatalog catalog, SegmentRequest request)
    {
        if (VoiceChoice.Find(catalog, request.Voice, request.Language) is not { } found)
        {
            return [];
        }

        var chosen = new SpeakingVoice(found.Engine, found.Voice);
        var own = chosen.Voice.Language == VoiceInfo.AnyLanguage ? DefaultLanguage : chosen.Voice.Language;
        var language = OfScript(request.Text) ?? request.Language ?? own;
        var others = catalog.Voices
            .Where(voice => voice.Engine != chosen.Voice.Engine
                && (voice.Language == VoiceInfo.AnyLanguage || VoiceChoice.SameLanguage(voice.Language, language)))
            .OrderBy(voice => voice.Language == VoiceInfo.AnyLanguage)
            .ThenByDescending(voice => voice.Gender == chosen.Voice.Gender)
            .DistinctBy(voice => voice.Engine)
            .Take(MostOthers)
            .Select(voice => catalog.FindVoice(voice.Name))
            .OfType<(ISpeechSynthesizer Engine, VoiceInfo Voice)>()
            .Select(other => new SpeakingVoice(other.Engine, other.Voice));
        return [chosen, chosen, .. others];
    }

    /// <summary>The place of the voice to try after one failed; past the end when there is none.</summary>
    public static int Next(IReadOnlyList<SpeakingVoice> voices, int failed, EngineFault fault)
    {
        var next = failed + 1;
        var again = fault is EngineFault.Failed or EngineFault.Unavailable or EngineFault.Overloaded;
        while (!again && next < voices.Count && voices[next] == voices[failed])
        {
            next++;
        }

        return next;
    }

    /// <summary>The language of a script that only one of the common voices reads; null for scripts of many languages.</summary>
    private static string? OfScript(string text)
    {
        var han = false;
        foreach (var c in text)
        {
            switch (c)
            {
                case >= '\uAC00' and <= '\uD7A3' or >= '\u1100' and <= '\u11FF':
                    return "ko";
                case >= '\u3041' and <= '\u30FF':
                    return "ja";
                case >= '\u4E00' and <= '\u9FFF':
                    han = true;
                    break;
            }
        }

        return han ? "zh" : null;
    }
}
