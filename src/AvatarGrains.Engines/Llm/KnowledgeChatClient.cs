using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>Gives a language model the passages of the conversation's document that fit the last question, as a system message before it.</summary>
public sealed class KnowledgeChatClient(IChatClient inner, int passages = 6) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(WithPassages(messages, options), options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(WithPassages(messages, options), options, cancellationToken);

    private List<ChatMessage> WithPassages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        List<ChatMessage> all = [.. messages];
        var last = all.FindLastIndex(m => m.Role == ChatRole.User);
        if (last < 0 || ChatContext.GetKnowledge(options) is not { } knowledge)
        {
            return all;
        }

        var found = knowledge.Search(all[last].Text, passages);
        if (found.Count > 0)
        {
            var text = string.Join("\n\n", found.Select(p => p.Heading is null ? p.Text : $"{p.Heading}\n{p.Text}"));
            all.Insert(
                last, new ChatMessage(ChatRole.System, "Passages of the document this conversation is about, for the next question:\n\n" + text));
        }

        return all;
    }
}
