namespace AvatarGrains.LoadTest.Clients;

/// <summary>What clients let their avatars say and what they ask.</summary>
/// <param name="unique">No text twice, so that nothing is found in a cache.</param>
internal sealed class Texts(bool unique)
{
    private static readonly string[] Spoken =
    [
        "The river rises in the hills above the town and takes its time on the way down to the sea. Along its banks stand old mills that no "
            + "longer grind any flour. Today people come here to walk, to fish, and to look at the herons. In spring the water is high and "
            + "brown, and the bridge hums with it. By August children wade across without wetting their knees.",
        "Bread needs only flour, water, salt and patience. Mix the dough in the evening and leave it alone until morning. Fold it over itself a "
            + "few times, then let it rise once more in a warm corner. The oven should be as hot as it will go. When the crust is dark and the "
            + "loaf sounds hollow, it is done.",
        "A telescope is a bucket for light. The wider it is, the more it catches, and the fainter the things that it can show. With a small one "
            + "you can see the moons of Jupiter and the rings of Saturn. With a large one you can see galaxies whose light left them before "
            + "there were people. Patience and a dark sky do the rest.",
        "The night train leaves at ten minutes past nine from the last platform. There is a dining car until midnight and coffee again from "
            + "six. Please keep your ticket at hand, because it is checked twice. If you are cold, ask for a second blanket. We reach the coast "
            + "a little before eight in the morning.",
    ];

    private static readonly string[] Asked =
    [
        "What can you do?", "How do I install you?", "Which languages can you speak?", "How many people can talk to you at once?",
        "Can I use my own avatar?", "Do you need a graphics card?",
    ];

    private int _next;

    /// <summary>A text of about twenty seconds.</summary>
    public string NextSpoken()
    {
        var number = _next++;
        return unique
            ? $"This is report number {number}. Station {number + 17} counted {(number * 37) + 5} birds on the lake. "
                + $"The wind came from the west at {number % 40} miles an hour. "
                + $"Of the boats that went out, {(number % 23) + 2} came back before noon, and {number + 3} stayed in the bay. "
                + $"The lamp at mark {number + 101} was lit at dusk. That ends report {number}."
            : Spoken[number % Spoken.Length];
    }

    public string NextAsked() => Asked[_next++ % Asked.Length];
}
