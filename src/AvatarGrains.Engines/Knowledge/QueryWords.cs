namespace AvatarGrains.Engines.Knowledge;

/// <summary>Words that carry no subject, and words that people use for the same subject.</summary>
internal static class QueryWords
{
    private static readonly HashSet<string> StopWords =
    [
        .. ("a an the this that these those it its is are was were be been being am do does did doing done have has had having can could "
            + "will would shall should may might must i me my mine you your yours he him his she her hers we us our ours they them their "
            + "theirs of to in on at by for from with about into over under as and or but if then than so not no nor too very just only also "
            + "there here what which who whom whose when where why how please tell say know want like need get give let any some all time s "
            + "t d ll re ve m many much more most other another such own same explain thing something anything ok okay well hey hi hello").Split(' '),
    ];

    /// <summary>Groups of words that may stand for each other, by stem.</summary>
    private static readonly Dictionary<string, string[]> Synonyms = Group(
        "cost price fee charge pay payment expensive cheap tariff",
        "buy purchase order",
        "microphone mic",
        "picture image photo photograph",
        "begin start launch",
        "stop end finish quit cancel",
        "delete remove erase clear forget",
        "phone mobile smartphone telephone",
        "change switch choose select pick set",
        "broken wrong fail problem error fault",
        "address location located place",
        "hour time schedule",
        "document file text",
        "fast quick speed",
        "install setup",
        "big large size",
        "make create build design",
        "support supported compatible work",
        "user people visitor person customer",
        "doctor physician",
        "return refund",
        "deliver delivery ship shipping",
        "eat food meal breakfast",
        "child children kid",
        "dog pet animal",
        "car parking park",
        "allow permit",
        "safe secure security",
        "job career work",
        "email mail contact",
        "gpu graphic");

    /// <summary>What a form of question asks for.</summary>
    private static readonly (string Form, string[] Stems)[] Forms =
    [
        ("how much", Stems("cost price fee")),
        ("how expensive", Stems("cost price")),
        ("how long", Stems("time duration day hour minute week last")),
        ("how often", Stems("daily weekly every time")),
        ("how far", Stems("distance kilometer mile minute")),
        ("how old", Stems("age year founded")),
        ("how big", Stems("size")),
        ("where", Stems("located address street place")),
        ("what time", Stems("time hour clock")),
        ("when", Stems("time hour date day open")),
        ("who", Stems("name person")),
        ("how do i reach", Stems("phone email contact")),
    ];

    public static bool IsStopWord(string word) => StopWords.Contains(word);

    public static IReadOnlyList<string> SynonymsOf(string stem) => Synonyms.TryGetValue(stem, out var group) ? group : [];

    /// <summary>Stems that an answer to this question is likely to hold.</summary>
    public static IEnumerable<string> Expected(string spoken)
    {
        var padded = $" {spoken} ";
        return Forms.Where(f => padded.Contains($" {f.Form} ", StringComparison.Ordinal)).SelectMany(f => f.Stems).Distinct();
    }

    private static string[] Stems(string words) => [.. words.Split(' ').Select(Stemmer.Stem)];

    private static Dictionary<string, string[]> Group(params string[] groups)
    {
        var map = new Dictionary<string, string[]>();
        foreach (var group in groups.Select(Stems))
        {
            foreach (var stem in group)
            {
                map[stem] = map.TryGetValue(stem, out var before) ? [.. before, .. group.Where(s => s != stem)] : [.. group.Where(s => s != stem)];
            }
        }

        return map;
    }
}
