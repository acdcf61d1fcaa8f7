using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>A language model that answers as scripted; by default it repeats the question.</summary>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly ConcurrentQueue<IReadOnlyList<ChatMessage>> _calls = new();
    private readonly SemaphoreSlim _called = new(0);

    /// <summary>Gives the deltas of an answer.</summary>
    public Func<string, CancellationToken, IAsyncEnumerable<string>> Answer { get; set; } = (question, _) => Deltas($"You said {question}.");

    /// <summary>Answers instead of the script; null for none.</summary>
    public IChatClient? Instead { get; set; }

    /// <summary>The messages of each call so far.</summary>
    public IReadOnlyList<IReadOnlyList<ChatMessage>> Calls => [.. _calls];

    /// <summary>Returns when that many more calls have been made.</summary>
    public async Task WaitForCallsAsync(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(60)), "The model was not called.");
        }
    }

    public static async IAsyncEnumerable<string> Deltas(params string[] deltas)
    {
        await Task.Yield();
        foreach (var delta in deltas)
        {
            yield return delta;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<ChatMessage> all = [.. messages];
        _calls.Enqueue(all);
        _called.Release();
        if (Instead is { } instead)
        {
            await foreach (var update in instead.GetStreamingResponseAsync(all, options, cancellationToken))
            {
                yield return update;
            }

            yield break;
        }

        await foreach (var delta in Answer(all[^1].Text, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, delta);
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
