using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>
/// Sends a model one system message, then user and assistant in turn, beginning with the user: chat templates of many models refuse anything
/// else. Neighbours of one role become one message, empty ones are left out, and what the avatar said before anybody spoke to it is told by the
/// system.
/// </summary>
public sealed class AlternatingChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(Order(messages), options, cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in base.GetStreamingResponseAsync(Order(messages), options, cancellationToken))
        {
            yield return update;
        }
    }

    internal static List<ChatMessage> Order(IEnumerable<ChatMessage> messages)
    {
        List<string> system = [];
        List<ChatMessage> talk = [];
        List<string> greeting = [];
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                AddText(system, message);
            }
            else if (talk.Count == 0 && message.Role == ChatRole.Assistant)
            {
                AddText(greeting, message);
            }
            else if (!IsEmpty(message))
            {
                Append(talk, message);
            }
        }

        if (greeting.Count > 0)
        {
            system.Add($"You began the conversation with these words: {string.Join(' ', greeting)}");
        }

        return system.Count == 0 ? talk : [new ChatMessage(ChatRole.System, string.Join("\n\n", system)), .. talk];
    }

    private static void AddText(List<string> texts, ChatMessage message)
    {
        if (!string.IsNullOrWhiteSpace(message.Text))
        {
            texts.Add(message.Text);
        }
    }

    private static bool IsEmpty(ChatMessage message) =>
        string.IsNullOrWhiteSpace(message.Text) && message.Contents.All(content => content is TextContent or TextReasoningContent);

    private static bool IsText(ChatMessage message) => message.Contents.All(content => content is TextContent);

    private static void Append(List<ChatMessage> talk, ChatMessage message)
    {
        if (talk is [.., { } last] && last.Role == message.Role && message.Role != ChatRole.Tool && IsText(last) && IsText(message))
        {
            var between = message.Role == ChatRole.User ? "\n" : " ";
            talk[^1] = new ChatMessage(message.Role, last.Text + between + message.Text);
        }
        else
        {
            talk.Add(message);
        }
    }
}
