namespace AvatarGrains.Engines.Llm.Guide;

/// <summary>What people say that is not a question about anything.</summary>
internal enum Courtesy
{
    None,
    Greeting,
    Thanks,
    Goodbye,
    Agreement,
    Refusal,
    Praise,
    More,
    Repeat,
    Silence,
}

/// <summary>Tells courtesies from questions by their words.</summary>
internal static class SmallTalk
{
    private static readonly HashSet<string> Fillers =
    [
        .. "there everyone all you very much so a lot ok okay well then now my friend dear please avatar guide again um uh".Split(' '),
    ];

    private static readonly (Courtesy Kind, string[] Phrases)[] Table =
    [
        (Courtesy.Greeting,
        [
            "hello", "hi", "hey", "good morning", "good afternoon", "good evening", "good day", "greetings", "howdy", "welcome", "nice to meet",
        ]),
        (Courtesy.Thanks, ["thank", "thanks", "many thanks", "cheers", "appreciate it", "i appreciate it", "that helps", "that was helpful"]),
        (Courtesy.Goodbye,
        [
            "goodbye", "good bye", "bye", "bye bye", "see", "see soon", "see later", "good night", "farewell", "i have to go", "that is", "that's",
        ]),
        (Courtesy.Agreement,
        [
            "yes", "yeah", "yep", "sure", "right", "i see", "understood", "great", "fine", "got it", "alright", "all right", "ok", "okay", "cool",
            "good",
        ]),
        (Courtesy.Refusal, ["no", "nope", "no thanks", "no thank", "nothing", "never mind", "nevermind", "not really"]),
        (Courtesy.Praise,
        [
            "you are great", "you are good", "well done", "good job", "nice", "wonderful", "awesome", "amazing", "you are nice", "i like", "i love",
        ]),
        (Courtesy.More,
        [
            "tell me more", "more", "go on", "continue", "what else", "anything else", "and then", "tell me more about that",
            "tell me more about it", "more about that", "can tell me more", "more details", "explain that", "explain more", "keep going",
        ]),
        (Courtesy.Repeat,
        [
            "repeat that", "repeat", "can repeat that", "say that", "can say that", "pardon", "what did say", "what", "sorry", "excuse me", "come",
            "could repeat that", "i did not hear",
        ]),
    ];

    /// <summary>The courtesy that a whole sentence expresses, words without meaning left out.</summary>
    public static Courtesy Classify(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
        {
            return Courtesy.Silence;
        }

        var whole = string.Join(' ', words);
        var bare = string.Join(' ', words.Where(w => !Fillers.Contains(w)));
        foreach (var (kind, phrases) in Table)
        {
            if (phrases.Contains(whole) || (words.Count <= 7 && phrases.Contains(bare)))
            {
                return kind;
            }
        }

        return bare.Length == 0 ? Courtesy.Agreement : Courtesy.None;
    }

    /// <summary>The sentence without a greeting or thanks in front of the question.</summary>
    public static IReadOnlyList<string> WithoutOpening(IReadOnlyList<string> words)
    {
        for (var count = Math.Min(5, words.Count - 2); count > 0; count--)
        {
            if (Classify([.. words.Take(count)]) is Courtesy.Greeting or Courtesy.Thanks)
            {
                return [.. words.Skip(count)];
            }
        }

        return words;
    }
}
