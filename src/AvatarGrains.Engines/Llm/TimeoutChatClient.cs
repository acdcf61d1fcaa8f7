using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>
/// Bounds the wait for the first and for each next piece of an answer; beyond it the answer fails with <see cref="EngineFault.Timeout"/>.
/// </summary>
public sealed class TimeoutChatClient(IChatClient inner, TimeSpan first, TimeSpan next, TimeProvider time) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        await using var updates = base.GetStreamingResponseAsync(messages, options, either.Token).GetAsyncEnumerator(either.Token);
        var limit = first;
        while (await MoveNextAsync(updates, limit, deadline, cancellationToken))
        {
            yield return updates.Current;
            limit = next;
        }
    }

    private static async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<ChatResponseUpdate> updates, TimeSpan limit, CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        deadline.CancelAfter(limit);
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(EngineFault.Timeout, $"the language model said nothing for {limit.TotalSeconds:0.#} s", e);
        }
        finally
        {
            deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
