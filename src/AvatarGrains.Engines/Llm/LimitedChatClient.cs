using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>Lets a number of answers run at once and a number wait; further ones fail at once with <see cref="EngineFault.Overloaded"/>.</summary>
public sealed class LimitedChatClient(IChatClient inner, int running, int waiting) : DelegatingChatClient(inner)
{
    private readonly SemaphoreSlim _slots = new(running);
    private int _inside;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await EnterAsync(cancellationToken);
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await EnterAsync(cancellationToken);
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                yield return update;
            }
        }
        finally
        {
            Leave();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _slots.Dispose();
        base.Dispose(disposing);
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) > running + waiting)
        {
            Interlocked.Decrement(ref _inside);
            throw new EngineException(EngineFault.Overloaded, $"{running} answers are running and {waiting} waiting");
        }

        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }
    }

    private void Leave()
    {
        Interlocked.Decrement(ref _inside);
        _slots.Release();
    }
}
