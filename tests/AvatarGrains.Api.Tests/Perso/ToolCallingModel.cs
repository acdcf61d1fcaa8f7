using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>A language model that calls the first tool it is given, and answers with the tool's result.</summary>
internal sealed class ToolCallingModel : IChatClient
{
    public bool Fails { get; set; }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var last = messages.Last();
        if (Fails)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "Let me see. ");
            throw new EngineException(EngineFault.Failed, "llm error");
        }

        if (last.Contents.OfType<FunctionResultContent>().FirstOrDefault() is { } result)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, $"It is {result.Result}.");
        }
        else
        {
            var arguments = new Dictionary<string, object?> { ["city"] = "Seoul" };
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("call_1", options!.Tools![0].Name, arguments)]);
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
