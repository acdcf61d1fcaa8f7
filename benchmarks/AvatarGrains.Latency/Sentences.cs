namespace AvatarGrains.Latency;

/// <summary>Sentences nobody has said before, so that no cache answers; the same ones on every run.</summary>
internal sealed class Sentences(int seed)
{
    private static readonly string[] Who =
    [
        "Our guide", "The museum", "My colleague", "This server", "A visitor", "The captain", "Your doctor", "The library",
    ];
    private static readonly string[] Does = ["opens", "recommends", "measures", "remembers", "describes", "compares", "paints", "repairs"];
    private static readonly string[] What =
    [
        "the northern lights", "a quiet harbour", "seven wooden boats", "an old telescope", "the morning train", "every open window",
    ];
    private static readonly string[] When =
    [
        "before the first bell rings", "when nobody is looking", "as soon as the rain stops", "on most days of the year",
        "with a good deal of patience",
    ];
    private readonly Random _random = new(seed);
    private int _count;

    public string Next() => $"{Pick(Who)} {Pick(Does)} {Pick(What)} {Pick(When)}, and that makes number {++_count}.";

    private string Pick(string[] words) => words[_random.Next(words.Length)];
}
