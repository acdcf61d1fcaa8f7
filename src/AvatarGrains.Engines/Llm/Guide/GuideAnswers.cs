using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Knowledge;

namespace AvatarGrains.Engines.Llm.Guide;

/// <summary>Decides what the guide says.</summary>
internal sealed class GuideAnswers(IKnowledgeBase builtIn)
{
    private const double Sure = 0.75;
    private const int Candidates = 6;

    private static readonly HashSet<string> Pointing =
    [
        .. "it its that this they them their those these there one he she him her his same".Split(' '),
    ];

    public string Answer(GuideHistory history, IKnowledgeBase? document)
    {
        var words = SpokenText.Words(history.Question);
        var courtesy = SmallTalk.Classify(words);
        if (courtesy is not (Courtesy.None or Courtesy.More))
        {
            return Courteous(courtesy, history, document);
        }

        if (courtesy == Courtesy.More)
        {
            return More(history, document);
        }

        var question = SmallTalk.WithoutOpening(words);
        return (Find(question, history, document) is { } passage ? SpokenAnswer.From(passage, question, history.Answered) : null)
            ?? Unknown(question, document);
    }

    private static bool IsFollowUp(IReadOnlyList<string> words) =>
        words[0] is "and" or "but" or "or" or "also" or "then"
        || (words.Count >= 2 && words[0] is "what" or "how" && words[1] is "about")
        || (words.Count <= 8 && words.Any(Pointing.Contains) && words.Count(w => !QueryWords.IsStopWord(w)) <= 2)
        || words.All(QueryWords.IsStopWord);

    private static string Courteous(Courtesy courtesy, GuideHistory history, IKnowledgeBase? document) => courtesy switch
    {
        Courtesy.Greeting when history.Asked.Count == 0 => document is KnowledgeBase about
            ? $"Hello! I am a talking guide. Ask me about {about.Title}, or about AvatarGrains."
            : "Hello! I am the guide of AvatarGrains. Ask me what I can do.",
        Courtesy.Greeting => "Hello again! What would you like to know?",
        Courtesy.Thanks => "You are welcome.",
        Courtesy.Goodbye => "Goodbye! It was nice talking to you.",
        Courtesy.Agreement => "Good. What else would you like to know?",
        Courtesy.Refusal => "All right. I am here when you have a question.",
        Courtesy.Praise => "Thank you, that is kind of you.",
        Courtesy.Repeat => history.Answered.Count > 0 ? history.Answered[0] : "I have not said anything yet. Ask me something.",
        _ => "I did not hear any words. Please say that again.",
    };

    private static string Unknown(IReadOnlyList<string> question, IKnowledgeBase? document)
    {
        var where = document is null ? "my notes about AvatarGrains" : "the document and in my notes about AvatarGrains";
        return question.Count % 2 == 0
            ? $"I do not know that. I am an offline guide and only know what is written in {where}. For free conversation, connect a language "
                + "model in the configuration."
            : $"Sorry, I have no answer to that in {where}. Connect a language model in the configuration, and I can talk about anything.";
    }

    private Passage? Find(IReadOnlyList<string> question, GuideHistory history, IKnowledgeBase? document)
    {
        var alone = Best(string.Join(' ', question), document);
        var newSubject = alone is not null && question is ["what" or "how", "about", ..];
        if (newSubject || !IsFollowUp(question) || alone is { Score: >= Sure } || history.Asked.Count == 0)
        {
            return alone;
        }

        return Best($"{string.Join(' ', question)} {Topic(history)}", document) ?? alone;
    }

    /// <summary>What was talked about: the newest earlier question with a subject of its own.</summary>
    private static string Topic(GuideHistory history) => history.Asked.FirstOrDefault(HasSubject) ?? history.Asked[0];

    private static bool HasSubject(string asked)
    {
        var words = SpokenText.Words(asked);
        return SmallTalk.Classify(words) == Courtesy.None && !IsFollowUp(words);
    }

    private Passage? Best(string query, IKnowledgeBase? document)
    {
        var ours = Top(builtIn, query);
        var theirs = document is null ? null : Top(document, query);
        return theirs is null || (ours is { Score: >= Sure } && ours.Score > theirs.Score + 0.2) ? ours : theirs;
    }

    private static Passage? Top(IKnowledgeBase knowledge, string query) =>
        knowledge.Search(query, 1) is [{ Score: >= KnowledgeBase.Guess } best] ? best : null;

    private string More(GuideHistory history, IKnowledgeBase? document)
    {
        if (history.Asked.Count == 0)
        {
            return "About what? Ask me a question first.";
        }

        var topic = Topic(history);
        foreach (var knowledge in new[] { document, builtIn }.OfType<IKnowledgeBase>())
        {
            var passages = knowledge.Search(topic, Candidates);
            foreach (var passage in passages.Where(p => p.Score >= KnowledgeBase.Guess * 0.8))
            {
                if (SpokenAnswer.From(passage, SpokenText.Words(topic), history.Answered, onlyNew: true) is { } more)
                {
                    return more;
                }
            }
        }

        return "That is all I know about that.";
    }
}
