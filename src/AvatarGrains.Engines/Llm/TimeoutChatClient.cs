using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>
/// Bounds how long a model may be silent: <paramref name="first"/> until its first words, <paramref name="next"/> after them. Whatever it sends,
/// also what is no text, begins the wait anew. Beyond it the answer fails with <see cref="EngineFault.Timeout"/>. While it waits it gives an
/// empty update every five seconds: who asked from another machine knows by it that the work goes on.
/// </summary>
public sealed class TimeoutChatClient(IChatClient inner, TimeSpan first, TimeSpan next, TimeProvider time) : DelegatingChatClient(inner)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>A model that gives signs of life for this long, and no words, will not have any.</summary>
    private static readonly TimeSpan LongestThought = TimeSpan.FromMinutes(5);

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var updates = base.GetStreamingResponseAsync(messages, options, stop.Token).GetAsyncEnumerator(stop.Token);
        var (began, silent, begun) = (time.GetTimestamp(), time.GetTimestamp(), false);
        Task<bool>? moving = null;
        try
        {
            while (true)
            {
                moving = updates.MoveNextAsync().AsTask();
                silent = time.GetTimestamp();
                while (!await ArrivesAsync(moving, Left(), cancellationToken))
                {
                    if (Left() <= TimeSpan.Zero)
                    {
                        throw new EngineException(
                            EngineFault.Timeout, $"the language model said nothing for {time.GetElapsedTime(silent).TotalSeconds:0.#} s");
                    }

                    yield return new ChatResponseUpdate { Role = ChatRole.Assistant };
                }

                if (!await moving)
                {
                    yield break;
                }

                begun |= updates.Current.Text.Length > 0;
                yield return updates.Current;
            }
        }
        finally
        {
            // What is awaited cannot be disposed of.
            await stop.CancelAsync();
            await Task.WhenAny(moving ?? Task.CompletedTask);
            await updates.DisposeAsync();
        }

        TimeSpan Left()
        {
            var left = (begun ? next : first) - time.GetElapsedTime(silent);
            var thought = begun ? left : LongestThought - time.GetElapsedTime(began);
            return left < thought ? left : thought;
        }
    }

    /// <summary>Waits for the next update, for a beat or for what is left of the time.</summary>
    private async ValueTask<bool> ArrivesAsync(Task moving, TimeSpan left, CancellationToken cancellationToken)
    {
        if (moving.IsCompleted)
        {
            return true;
        }

        var wait = left < Beat ? left : Beat;
        using var arrived = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(moving, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, arrived.Token));
        await arrived.CancelAsync();

        // Once cancelled, the update's own end is what counts.
        await Task.WhenAny(cancellationToken.IsCancellationRequested ? moving : Task.CompletedTask);
        return moving.IsCompleted;
    }
}
