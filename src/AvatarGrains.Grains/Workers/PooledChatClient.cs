using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// A language model on worker silos. Messages, tools and updates cross with all their contents; a tool is called by whoever asked, never by the
/// worker.
/// </summary>
internal sealed class PooledChatClient(WorkerPool pool, LanguageModel model) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new LlmRequest(model.Name, [.. messages], options);
        var work = new PooledWork(
            WorkerKind.Llm,
            model.Name,
            (silo, target, token) => pool.Grains.GetGrain<ILlmWorkerGrain>(silo.Key).AnswerAsync(request, target, token))
        {
            Patience = pool.Times.FirstPiece,
        };
        await foreach (var (_, update) in new PooledAnswer<ChatResponseUpdate>(pool, work).ReadAsync(cancellationToken))
        {
            yield return update;
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <summary>Gives the model's description, and never the client that calls it.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? model.Client.GetService(serviceType)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // There is nothing to dispose of: the client that calls the model belongs to its catalog.
    }
}
