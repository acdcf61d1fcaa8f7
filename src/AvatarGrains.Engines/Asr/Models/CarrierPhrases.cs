namespace AvatarGrains.Engines.Asr.Models;

/// <summary>The frames that spoken questions come in, whatever they are about. A full stop marks a whole sentence.</summary>
internal static class CarrierPhrases
{
    private const string Text = """
        what is|what is a|what is an|what is the|what's the|what are|what are the|what are your|what does|what does a|what does the|
        what does it|what does it cost.|what do you|what do i need|what can i|what can you|what about the|what kind of|what time is|
        what time does the|what happens when|what happens if i|what should i do|who is|who is the|who are|who are the|who can|
        who runs the|who made|who owns the|where is|where is the|where are|where are the|where can i|where can i find|where do i|
        where do i find the|where does|when is|when is the|when are the|when does|when does the|when do you|when can i|when do i|
        when will|why is|why is the|why does|why do|why can't i|how is|how is the|how are|how are the|how do i|how do you|how does|
        how does the|how does it work.|how can i|how can you|how many|how many people|how much is|how much is a|how much is the|
        how much is that.|how much is it.|how much are|how much are the|how much does|how much does a|how much does the|
        how much does it cost.|how much do i|how long does|how long does it take.|how long is|how long can i|how old is|how big is|
        how far is|how often|how often does|how fast|how late|which|which is|which is the|which are the|which of the|is it|is it free.|
        is the|is there|is there a|is there an|is there any|is that|is this|are there|are there any|are the|are you|are your|do i|
        do i need|do i need a|do i have to|do you|do you have|do you have a|do you have an|do you have any|do you know|do you offer|
        do you take|do you sell|do they|does it|does it have|does the|does that|can i|can i use|can i get|can i have|can i bring|
        can i pay|can i buy|can i order|can i book|can you|can you tell me|can you tell me about|can you explain|can you help me with|
        can we|could you|could you tell me|could i|would you|would it|will you|will the|should i|may i|am i|tell me|tell me about|
        tell me about the|tell me more.|tell me more about|tell me more about the|explain|explain the|show me the|i want to|
        i want to know|i would like to|i would like to know|i'd like to|i need|i need a|i need to|i have a question.|
        i have a question about|i am looking for|i am looking for a|please tell me|and what about|and what is|and how much is that.|
        and how|and where|and when|what about|how about|and the|thank you.|thank you very much.|thanks.|thanks a lot.|hello.|hi.|
        hello there.|good morning.|good afternoon.|good evening.|goodbye.|bye.|bye bye.|see you.|see you later.|yes.|no.|yes please.|
        no thank you.|no thanks.|okay.|stop.|please stop.|stop talking.|wait.|go on.|continue.|please continue.|say that again.|
        say that again please.|can you repeat that.|please repeat that.|repeat that.|pardon.|excuse me.|sorry.|help.|help me.|i see.|
        i understand.|i do not understand.|i don't understand.|never mind.|what else.|anything else.|one more question.|how are you.|
        what is your name.|who are you.|nice to meet you.|can you hear me.|that is all.|of the|in the|at the|on the|for the|with a|
        with the|to the|from the
        """;

    /// <summary>Frames for one word, a thing or an action.</summary>
    public static IReadOnlyList<string> Frames { get; } =
    [
        "what is the ~", "what is a ~", "who is the ~", "where is the ~", "when is the ~", "when is ~", "how much is the ~", "how much is a ~",
        "is there a ~",
        "is the ~", "do you have ~", "do you have a ~", "tell me about the ~", "tell me about ~", "can i ~", "can i ~ my", "can i ~ a", "can i ~ the",
        "how can i ~", "how do i ~", "how do i ~ my", "how do i ~ the", "where can i ~", "where can i ~ my", "when can i ~", "do i ~", "do you ~",
        "does the ~", "are the ~", "my ~", "is ~", "are ~", "which ~", "what ~", "how many ~",
    ];

    public static IReadOnlyList<string> All { get; } = Text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
