using AvatarGrains.Native.Espeak;

namespace AvatarGrains.Engines.Asr.Models;

/// <summary>How words are spoken: cmudict first, espeak-ng for what it lacks, letter names for acronyms.</summary>
internal static class Pronunciations
{
    private static readonly Dictionary<char, string> LetterNames = new()
    {
        ['a'] = "EY", ['b'] = "B IY", ['c'] = "S IY", ['d'] = "D IY", ['e'] = "IY", ['f'] = "EH F", ['g'] = "JH IY", ['h'] = "EY CH", ['i'] = "AY",
        ['j'] = "JH EY", ['k'] = "K EY", ['l'] = "EH L", ['m'] = "EH M", ['n'] = "EH N", ['o'] = "OW", ['p'] = "P IY", ['q'] = "K Y UW",
        ['r'] = "AA R",
        ['s'] = "EH S", ['t'] = "T IY", ['u'] = "Y UW", ['v'] = "V IY", ['w'] = "D AH B AH L Y UW", ['x'] = "EH K S", ['y'] = "W AY", ['z'] = "Z IY",
    };

    /// <summary>Pronunciations of each word; a word that nothing can pronounce is left out.</summary>
    /// <param name="dictionary">A cmudict file.</param>
    /// <param name="words">Lower-case words.</param>
    /// <param name="acronyms">Those of the words that may be spelled.</param>
    public static Dictionary<string, List<string>> Find(string dictionary, IReadOnlySet<string> words, IReadOnlySet<string> acronyms)
    {
        var found = new Dictionary<string, List<string>>();
        foreach (var (word, phones) in Read(dictionary))
        {
            if (words.Contains(word))
            {
                Add(word, phones);
            }
        }

        foreach (var word in words.Where(w => acronyms.Contains(w) && w.All(LetterNames.ContainsKey)))
        {
            Add(word, string.Join(' ', word.Select(c => LetterNames[c])));
        }

        foreach (var word in words.Where(w => !found.ContainsKey(w)))
        {
            Add(word, IpaToArpabet.Convert(EspeakNg.Transcribe(word, "en-us")));
        }

        return found;

        void Add(string word, string phones)
        {
            if (phones.Length > 0)
            {
                var list = found.TryGetValue(word, out var before) ? before : found[word] = [];
                if (!list.Contains(phones))
                {
                    list.Add(phones);
                }
            }
        }
    }

    /// <summary>All words of a dictionary with their phones, further pronunciations under the same word.</summary>
    public static IEnumerable<(string Word, string Phones)> Read(string dictionary)
    {
        foreach (var line in File.ReadLines(dictionary))
        {
            var space = line.IndexOf(' ');
            if (space > 0)
            {
                var open = line.IndexOf('(', 1, space - 1);
                yield return (line[..(open > 0 ? open : space)], line[(space + 1)..].Trim());
            }
        }
    }
}
