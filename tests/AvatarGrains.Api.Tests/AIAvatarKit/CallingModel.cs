using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

/// <summary>A model that calls a function before it answers.</summary>
internal sealed class CallingModel : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var arguments = new Dictionary<string, object?> { ["city"] = "Kyoto" };
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("call_1", "weather", arguments)]);
        yield return new ChatResponseUpdate(ChatRole.Assistant, "It is sunny.");
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
