using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm.Guide;

/// <summary>
/// The offline guide: answers from the conversation's document (<see cref="ChatContext.GetKnowledge"/>), else from what the server knows
/// about itself. No model, no network; the same conversation always gets the same answer. Thread-safe.
/// </summary>
public sealed class GuideChatClient : IChatClient
{
    private static readonly ChatClientMetadata Metadata = new("AvatarGrains", null, "guide");
    private readonly GuideAnswers _answers;

    public GuideChatClient(IKnowledgeBase builtIn) => _answers = new GuideAnswers(builtIn);

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var message = new ChatMessage(ChatRole.Assistant, Answer(messages, options));
        return Task.FromResult(new ChatResponse(message) { ModelId = "guide", FinishReason = ChatFinishReason.Stop });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        var answer = Answer(messages, options);
        for (var at = 0; at < answer.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var space = answer.IndexOf(' ', at);
            var end = space < 0 ? answer.Length : space + 1;
            yield return new ChatResponseUpdate(ChatRole.Assistant, answer[at..end]) { ModelId = "guide" };
            at = end;
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, "") { ModelId = "guide", FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null : serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private string Answer(IEnumerable<ChatMessage> messages, ChatOptions? options) =>
        _answers.Answer(GuideHistory.From(messages), ChatContext.GetKnowledge(options));
}
