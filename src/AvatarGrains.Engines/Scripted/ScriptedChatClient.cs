using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Scripted;

/// <summary>A language model with scripted answers, for tests and load: pieces of text, waits in the caller's clock, failures.</summary>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly Func<IReadOnlyList<ChatMessage>, ScriptedAnswer> _script;
    private readonly TimeProvider _time;

    /// <param name="script">Chooses the answer to a conversation.</param>
    /// <param name="time">The clock that waits are measured by.</param>
    public ScriptedChatClient(Func<IReadOnlyList<ChatMessage>, ScriptedAnswer> script, TimeProvider? time = null)
    {
        _script = script;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>A model that gives one answer to everything.</summary>
    public static ScriptedChatClient Always(string text) =>
        new(_ => new ScriptedAnswer(text.Split(' ').Select((w, i) => i == 0 ? w : " " + w).ToArray()));

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var text = new System.Text.StringBuilder();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            text.Append(update.Text);
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text.ToString())) { FinishReason = ChatFinishReason.Stop };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var answer = _script([.. messages]);
        await WaitAsync(answer.FirstDelay, cancellationToken);
        foreach (var piece in answer.Pieces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece);
            await WaitAsync(answer.PieceDelay, cancellationToken);
        }

        if (answer.Failure is { } fault)
        {
            throw new EngineException(fault, "The scripted model failed as told.");
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, _time, cancellationToken) : Task.CompletedTask;
}
