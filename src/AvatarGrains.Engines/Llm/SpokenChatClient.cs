using System.Runtime.CompilerServices;
using AvatarGrains.Engines.Llm.Answers;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>
/// Gives of a model's answer only what is said to the person: no thoughts, no channels beside the final one, no tokens of a chat template. Tool
/// calls that a model writes as text become calls. One of it belongs to one model, whose habits it learns. Thread-safe.
/// </summary>
public sealed class SpokenChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private readonly AnswerHabit _habit = new();

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var answer = new AnswerText(_habit);
        var calls = 0;
        ChatFinishReason? finish = null;
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            finish = update.FinishReason ?? finish;
            var contents = update.Contents.Where(content => content is not (TextContent or TextReasoningContent));
            var text = answer.Push(update.Text);
            update.Contents = [.. Text(text), .. Calls(answer, ref calls), .. contents];
            update.FinishReason = null;
            yield return update;
        }

        var rest = answer.Finish(cut: finish == ChatFinishReason.Length);
        yield return new ChatResponseUpdate(ChatRole.Assistant, [.. Text(rest), .. Calls(answer, ref calls)])
        {
            FinishReason = finish ?? ChatFinishReason.Stop,
        };
    }

    private static IEnumerable<AIContent> Text(string text) => text.Length > 0 ? [new TextContent(text)] : [];

    private static List<AIContent> Calls(AnswerText answer, ref int calls)
    {
        List<AIContent> found = [];
        foreach (var call in answer.TakeCalls())
        {
            found.Add(new FunctionCallContent($"text_call_{calls++}", call.Name, call.Arguments));
        }

        return found;
    }
}
