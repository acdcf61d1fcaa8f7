using System.Text;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// Builds what a language model is told: system prompt, passages of the document that fit the question, recent history, the question.
/// </summary>
public static class Prompt
{
    private const string SpokenStyle =
        "Your answer is spoken aloud by an avatar: short sentences, no Markdown, no lists, no links. " +
        "A sentence may begin with a face tag: [face:joy], [face:sorrow], [face:angry], [face:fun], [face:surprised] or [face:neutral].";

    /// <summary>Told apart from the words, because a model copies a mark that stands in them.</summary>
    private const string Interrupted = "Where an answer of yours stops in the middle, the person interrupted it there.";

    /// <summary>The messages of a turn.</summary>
    /// <param name="spec">The session.</param>
    /// <param name="history">Lines before the question, oldest first.</param>
    /// <param name="request">The user's words, and what came with them.</param>
    /// <param name="knowledge">The session's document, or null.</param>
    /// <param name="spoken">True when the answer is spoken.</param>
    /// <param name="options">Bounds.</param>
    public static List<ChatMessage> Build(
        SessionSpec spec, IReadOnlyList<HistoryLine> history, TurnRequest request, IKnowledgeBase? knowledge, bool spoken, PromptOptions options)
    {
        List<ChatMessage> messages = [];
        List<HistoryLine> recent = [.. Recent(history, options)];
        var system = BuildSystem(spec, request, knowledge, spoken, options);
        if (recent.Any(line => line.Interrupted))
        {
            system += (system.Length > 0 ? "\n\n" : "") + Interrupted;
        }

        if (system.Length > 0)
        {
            messages.Add(new ChatMessage(ChatRole.System, system));
        }

        foreach (var line in recent)
        {
            messages.Add(line.Speaker == Speaker.User
                ? new ChatMessage(ChatRole.User, line.Text)
                : new ChatMessage(ChatRole.Assistant, Apologies.WithoutOneMoment(line.Text)));
        }

        messages.Add(new ChatMessage(
            ChatRole.User, [new TextContent(request.Text), .. (request.Images ?? []).Select(image => new DataContent(image.Data, image.MediaType))]));
        return messages;
    }

    /// <summary>What goes beside the messages.</summary>
    public static ChatOptions Options(SessionSpec spec, IKnowledgeBase? knowledge)
    {
        var options = new ChatOptions();
        ChatContext.SetDocument(options, spec.Document);
        ChatContext.SetKnowledge(options, knowledge);
        ChatContext.SetLanguage(options, spec.Language);
        return options;
    }

    private static string BuildSystem(
        SessionSpec spec, TurnRequest request, IKnowledgeBase? knowledge, bool spoken, PromptOptions options)
    {
        var system = new StringBuilder(spec.SystemPrompt ?? "");
        foreach (var (name, value) in request.Parameters ?? new Dictionary<string, string>())
        {
            system.Replace("{" + name + "}", value);
        }

        if (spoken)
        {
            Paragraph(system).Append(SpokenStyle);
        }

        if (spec.Language is { Length: > 0 } language)
        {
            Paragraph(system).Append("Answer in the language with the BCP 47 tag ").Append(language).Append('.');
        }

        var left = options.MaxPassageCharacters;
        var any = false;
        foreach (var passage in knowledge?.Search(request.Text, options.MaxPassages) ?? [])
        {
            if (passage.Text.Length > left)
            {
                break;
            }

            if (!any)
            {
                Paragraph(system).Append("Answer from these passages where they fit, and say so when they do not hold the answer:");
                any = true;
            }

            left -= passage.Text.Length;
            system.Append("\n\n");
            if (passage.Heading is { Length: > 0 } heading)
            {
                system.Append(heading).Append('\n');
            }

            system.Append(passage.Text);
        }

        return system.ToString();
    }

    private static StringBuilder Paragraph(StringBuilder text) => text.Append(text.Length > 0 ? "\n\n" : "");

    private static IEnumerable<HistoryLine> Recent(IReadOnlyList<HistoryLine> history, PromptOptions options)
    {
        var first = history.Count;
        var left = options.MaxHistoryCharacters;
        while (first > 0 && history.Count - first < options.MaxHistoryLines && history[first - 1].Text.Length <= left)
        {
            first--;
            left -= history[first].Text.Length;
        }

        return history.Skip(first);
    }
}
