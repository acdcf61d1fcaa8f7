using System.Collections.Frozen;
using System.Globalization;

namespace AvatarGrains.Core.Avatars;

/// <summary>From phonemes (CMU symbols, or IPA of any language) to what the mouth does. A pure table.</summary>
public static class PhonemeMap
{
    private static readonly MouthTarget Transparent = new(Viseme.Sil, 0, Viseme.Sil, 0, Transparent: true);

    private static readonly FrozenDictionary<string, MouthTarget> Cmu = BuildCmu();
    private static readonly FrozenDictionary<char, MouthTarget> Ipa = BuildIpa();

    /// <summary>The target of a phoneme; an unknown symbol is transparent.</summary>
    public static MouthTarget Find(string symbol, bool ipa) => ipa ? FindIpa(symbol) : FindCmu(symbol);

    private static MouthTarget FindCmu(string symbol)
    {
        Span<char> lower = stackalloc char[Math.Min(symbol.Length, 8)];
        var length = 0;
        foreach (var c in symbol)
        {
            if (char.IsAsciiLetter(c) && length < lower.Length)
            {
                lower[length++] = char.ToLowerInvariant(c);
            }
        }

        return Cmu.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lower[..length], out var target) ? target : Transparent;
    }

    private static MouthTarget FindIpa(string symbol)
    {
        MouthTarget? first = null;
        MouthTarget? last = null;
        foreach (var c in symbol)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark || !Ipa.TryGetValue(c, out var target))
            {
                continue;
            }

            first ??= target;
            last = target;
        }

        if (first is not { } start || last is not { } end)
        {
            return symbol.Contains('_', StringComparison.Ordinal) ? MouthTarget.Silence : Transparent;
        }

        if (IsVowel(start) && IsVowel(end))
        {
            return new MouthTarget(start.Start, start.StartIntensity, end.End, end.EndIntensity);
        }

        // An affricate shows its friction (tʃ is CH, ts is SS); a vowel coloured by r keeps the vowel.
        return end.Start is Viseme.CH or Viseme.SS or Viseme.FF ? end : start;
    }

    private static bool IsVowel(in MouthTarget target) => target.Start >= Viseme.AA;

    private static FrozenDictionary<string, MouthTarget> BuildCmu()
    {
        var map = new Dictionary<string, MouthTarget>();
        void Add(Viseme viseme, float intensity, string symbols)
        {
            foreach (var symbol in symbols.Split(' '))
            {
                map.Add(symbol, new MouthTarget(viseme, intensity));
            }
        }

        Add(Viseme.Sil, 1, "pau sil ssil sp");
        Add(Viseme.PP, 1, "p b m em");
        Add(Viseme.FF, 1, "f v");
        Add(Viseme.TH, 1, "th dh");
        Add(Viseme.DD, 1, "t d");
        Add(Viseme.DD, 0.7f, "dx");
        Add(Viseme.KK, 1, "k g ng");
        Add(Viseme.CH, 1, "ch jh sh zh");
        Add(Viseme.SS, 1, "s z");
        Add(Viseme.NN, 1, "n l en el nx");
        Add(Viseme.RR, 1, "r er axr");
        Add(Viseme.AA, 1, "aa");
        Add(Viseme.AA, 0.8f, "ae");
        Add(Viseme.AA, 0.65f, "ah");
        Add(Viseme.E, 0.5f, "ax");
        Add(Viseme.IH, 0.5f, "ix");
        Add(Viseme.E, 1, "eh");
        Add(Viseme.IH, 0.7f, "ih");
        Add(Viseme.IH, 1, "iy");
        Add(Viseme.IH, 0.6f, "y");
        Add(Viseme.OH, 1, "ao");
        Add(Viseme.OU, 0.7f, "uh");
        Add(Viseme.OU, 1, "uw w");
        map.Add("hh", Transparent);
        map.Add("aw", new MouthTarget(Viseme.AA, 1, Viseme.OU, 0.8f));
        map.Add("ay", new MouthTarget(Viseme.AA, 1, Viseme.IH, 0.8f));
        map.Add("ey", new MouthTarget(Viseme.E, 1, Viseme.IH, 0.8f));
        map.Add("ow", new MouthTarget(Viseme.OH, 1, Viseme.OU, 0.9f));
        map.Add("oy", new MouthTarget(Viseme.OH, 1, Viseme.IH, 0.8f));
        return map.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<char, MouthTarget> BuildIpa()
    {
        var map = new Dictionary<char, MouthTarget>();
        void Add(Viseme viseme, float intensity, string symbols)
        {
            foreach (var symbol in symbols)
            {
                map.Add(symbol, new MouthTarget(viseme, intensity));
            }
        }

        Add(Viseme.PP, 1, "pbmɓʙ");
        Add(Viseme.FF, 1, "fvɱⱱ");
        Add(Viseme.FF, 0.7f, "ʋɸβ");
        Add(Viseme.TH, 1, "θð");
        Add(Viseme.DD, 1, "tdʈɖɗᶑ");
        Add(Viseme.DD, 0.6f, "ɾɽ");
        Add(Viseme.KK, 1, "kgɡɠŋxɣqɢɴχʁʀcɟʄçʝɰʟ");
        Add(Viseme.CH, 1, "ʃʒɕʑʂʐɧ");
        Add(Viseme.SS, 1, "sz");
        Add(Viseme.NN, 1, "nlɳɲɭʎɫɬɮɺ");
        Add(Viseme.RR, 1, "ɹɻɚɝ");
        Add(Viseme.RR, 0.7f, "r");
        Add(Viseme.AA, 1, "aɑäãɶ");
        Add(Viseme.AA, 0.8f, "æ");
        Add(Viseme.AA, 0.65f, "ɐʌ");
        Add(Viseme.E, 0.5f, "əɘɜ");
        Add(Viseme.E, 1, "ɛeẽɤ");
        Add(Viseme.IH, 1, "iĩ");
        Add(Viseme.IH, 0.7f, "ɪᵻɨ");
        Add(Viseme.IH, 0.6f, "jɯ");
        Add(Viseme.OH, 1, "oɔɒõ");
        Add(Viseme.OH, 0.85f, "øœɵɞ");
        Add(Viseme.OU, 1, "uwyʍũ");
        Add(Viseme.OU, 0.75f, "ʊʏʉɥ");
        foreach (var symbol in "hɦʔħʕʜʢʡ")
        {
            map.Add(symbol, Transparent);
        }

        return map.ToFrozenDictionary();
    }
}
