using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm.Guide;

/// <summary>A conversation as the guide sees it.</summary>
/// <param name="Question">What was said last.</param>
/// <param name="Asked">Earlier words of the person, newest first.</param>
/// <param name="Answered">Earlier answers, newest first.</param>
internal sealed record GuideHistory(string Question, IReadOnlyList<string> Asked, IReadOnlyList<string> Answered)
{
    public static GuideHistory From(IEnumerable<ChatMessage> messages)
    {
        var asked = new List<string>();
        var answered = new List<string>();
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.User)
            {
                asked.Insert(0, message.Text);
            }
            else if (message.Role == ChatRole.Assistant)
            {
                answered.Insert(0, message.Text);
            }
        }

        return asked.Count == 0 ? new GuideHistory("", [], answered) : new GuideHistory(asked[0], asked[1..], answered);
    }
}
