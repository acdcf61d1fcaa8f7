namespace AvatarGrains.Engines.Tts;

/// <summary>Translates between the language tags that clients use and those of espeak-ng.</summary>
internal static class EspeakLanguages
{
    private static readonly (string Bcp47, string Espeak)[] Pairs =
    [
        ("zh-CN", "cmn"), ("zh-HK", "yue"), ("en-US", "en-us"), ("en-GB", "en-gb"), ("fr-FR", "fr-fr"), ("fr-BE", "fr-be"), ("fr-CH", "fr-ch"),
        ("pt-BR", "pt-br"), ("pt-PT", "pt"), ("es-419", "es-419"), ("nb-NO", "nb"),
    ];

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = "en-us", ["zh"] = "cmn", ["zh-tw"] = "cmn", ["zh-hans"] = "cmn", ["zh-hant"] = "cmn", ["fr"] = "fr-fr",
        ["no"] = "nb", ["es-mx"] = "es-419", ["iw"] = "he", ["in"] = "id",
        ["en-au"] = "en-gb", ["en-ca"] = "en-us", ["en-in"] = "en-gb", ["en-ie"] = "en-gb",
    };

    /// <summary>The name espeak-ng knows: exact, by alias, else the language without its region.</summary>
    public static string ToEspeak(string tag)
    {
        var known = Array.Find(
            Pairs, p => p.Bcp47.Equals(tag, StringComparison.OrdinalIgnoreCase) || p.Espeak.Equals(tag, StringComparison.OrdinalIgnoreCase));
        if (known.Espeak is not null)
        {
            return known.Espeak;
        }

        if (Aliases.TryGetValue(tag, out var alias))
        {
            return alias;
        }

        // Longer tags of espeak-ng's own (vi-vn-x-south) stay whole; ko-KR becomes ko.
        var dash = tag.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 || tag.Contains("-x-", StringComparison.Ordinal) || tag.Length - dash != 3 ? tag.ToLowerInvariant() : ToEspeak(tag[..dash]);
    }

    public static string ToBcp47(string espeak)
    {
        var known = Array.Find(Pairs, p => p.Espeak == espeak);
        return known.Bcp47 ?? espeak;
    }
}
