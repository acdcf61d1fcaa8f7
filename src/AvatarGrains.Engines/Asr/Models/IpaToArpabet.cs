namespace AvatarGrains.Engines.Asr.Models;

/// <summary>Rewrites espeak-ng's American English IPA in the phones of cmudict.</summary>
internal static class IpaToArpabet
{
    private static readonly Dictionary<string, string> Table = new()
    {
        ["tʃ"] = "CH", ["dʒ"] = "JH", ["aʊ"] = "AW", ["aɪ"] = "AY", ["eɪ"] = "EY", ["oʊ"] = "OW", ["ɔɪ"] = "OY", ["iː"] = "IY", ["uː"] = "UW",
        ["ɑː"] = "AA",
        ["ɔː"] = "AO", ["ɜː"] = "ER", ["oː"] = "AO", ["ɚ"] = "ER", ["ɝ"] = "ER", ["ə"] = "AH", ["ɐ"] = "AH", ["ʌ"] = "AH", ["ɪ"] = "IH", ["i"] = "IY",
        ["ᵻ"] = "IH", ["ɛ"] = "EH", ["æ"] = "AE", ["a"] = "AE", ["ʊ"] = "UH", ["u"] = "UW", ["o"] = "OW", ["ɔ"] = "AO", ["ɑ"] = "AA", ["ɒ"] = "AA",
        ["e"] = "EY", ["ɜ"] = "ER", ["p"] = "P", ["b"] = "B", ["t"] = "T", ["d"] = "D", ["k"] = "K", ["ɡ"] = "G", ["g"] = "G", ["f"] = "F",
        ["v"] = "V",
        ["θ"] = "TH", ["ð"] = "DH", ["s"] = "S", ["z"] = "Z", ["ʃ"] = "SH", ["ʒ"] = "ZH", ["h"] = "HH", ["m"] = "M", ["n"] = "N", ["ŋ"] = "NG",
        ["l"] = "L",
        ["ɫ"] = "L", ["ɹ"] = "R", ["r"] = "R", ["w"] = "W", ["j"] = "Y", ["ɾ"] = "T", ["ʔ"] = "T", ["x"] = "K", ["ç"] = "HH", ["y"] = "UW",
        ["ø"] = "ER",
        ["œ"] = "ER", ["ɲ"] = "N", ["ʁ"] = "R", ["ɣ"] = "G", ["β"] = "B", ["ɬ"] = "L",
    };

    /// <summary>Phones separated by spaces; symbols that English lacks are left out. "" when nothing is left.</summary>
    public static string Convert(string ipa)
    {
        var phones = new List<string>();
        for (var at = 0; at < ipa.Length;)
        {
            if (at + 1 < ipa.Length && Table.TryGetValue(ipa.Substring(at, 2), out var pair))
            {
                phones.Add(pair);
                at += 2;
                continue;
            }

            if (Table.TryGetValue(ipa[at].ToString(), out var single) && !(single == "R" && phones.Count > 0 && phones[^1] == "ER"))
            {
                phones.Add(single);
            }

            at++;
        }

        return string.Join(' ', phones);
    }
}
