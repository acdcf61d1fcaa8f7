using System.Runtime.CompilerServices;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Workers;

/// <summary>A language model on worker silos. Calls with tools stay here, where the tools are.</summary>
internal sealed class RemoteChatClient(WorkerPool pool, LanguageModel local) : IChatClient
{
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        options?.Tools is { Count: > 0 }
            ? local.Client.GetStreamingResponseAsync(messages, options, cancellationToken)
            : AskAsync([.. messages], options, cancellationToken);

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => local.Client.GetService(serviceType, serviceKey);

    public void Dispose()
    {
        // The local client belongs to its catalog.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> AskAsync(
        List<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var document = (ChatContext.GetKnowledge(options) as DocumentKnowledge)?.Document;
        var wire = new ChatWire(
            local.Name, [.. messages.Select(m => m.Role.Value)], [.. messages.Select(m => m.Text)], document, ChatContext.GetLanguage(options));
        var pieces = RemotePieces.ReadAsync<string>(
            pool, local.Name, (observer, token) => pool.Worker<IChatWorkerGrain>().AnswerAsync(wire, observer, token), mayRepeat: false, cancellationToken);
        await foreach (var (_, text) in pieces)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, text);
        }
    }
}
