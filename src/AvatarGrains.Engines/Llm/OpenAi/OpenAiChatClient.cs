using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace AvatarGrains.Engines.Llm.OpenAi;

/// <summary>
/// OpenAI's chat client as <see cref="IChatClient"/>: streams text and tool calls, fails with <see cref="EngineException"/> only.
/// Thread-safe.
/// </summary>
public sealed class OpenAiChatClient : IChatClient
{
    private readonly ChatClient _client;
    private readonly ChatClientMetadata _metadata;

    /// <param name="options">Address, key and model.</param>
    /// <param name="transport">HTTP client to send with, or null for one of its own.</param>
    public OpenAiChatClient(OpenAiChatOptions options, HttpClient? transport = null)
    {
        var settings = new OpenAIClientOptions { Endpoint = options.BaseAddress, RetryPolicy = new ClientRetryPolicy(0) };
        if (transport is not null)
        {
            settings.Transport = new HttpClientPipelineTransport(transport);
        }

        _client = new ChatClient(options.Model, new ApiKeyCredential(options.ApiKey is { Length: > 0 } key ? key : "none"), settings);
        _metadata = new ChatClientMetadata("openai", options.BaseAddress, options.Model);
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = _client.CompleteChatStreamingAsync(OpenAiMessages.ToOpenAi(messages), OpenAiMessages.ToOpenAi(options), cancellationToken);
        await using var updates = stream.GetAsyncEnumerator(cancellationToken);
        var calls = new ToolCallAssembler();
        ChatFinishReason? finish = null;
        while (await MoveNextAsync(updates, cancellationToken))
        {
            var update = updates.Current;
            calls.Add(update.ToolCallUpdates);
            finish = update.FinishReason is { } reason ? OpenAiMessages.FromOpenAi(reason) : finish;
            var text = string.Concat(update.ContentUpdate.Select(c => c.Text));
            if (text.Length > 0)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, text) { ModelId = update.Model, ResponseId = update.CompletionId };
            }
        }

        if (finish is null)
        {
            throw new EngineException(EngineFault.Failed, "the language model broke off in the middle of its answer");
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [.. calls.Complete()]) { FinishReason = finish };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null : serviceType == typeof(ChatClientMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<StreamingChatCompletionUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception e) when (OpenAiErrors.ToFault(e, cancellationToken) is { } fault)
        {
            throw new EngineException(fault, OpenAiErrors.Describe(e), e);
        }
    }

    /// <summary>Puts the pieces of streamed tool calls together.</summary>
    private sealed class ToolCallAssembler
    {
        private readonly SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)> _calls = [];

        public void Add(IReadOnlyList<StreamingChatToolCallUpdate> updates)
        {
            foreach (var update in updates)
            {
                var call = _calls.TryGetValue(update.Index, out var before) ? before : (Id: "", Name: "", Arguments: new StringBuilder());
                call.Arguments.Append(update.FunctionArgumentsUpdate is { } arguments && arguments.ToMemory().Length > 0 ? arguments.ToString() : "");
                var id = update.ToolCallId is { Length: > 0 } newId ? newId : call.Id;
                var name = update.FunctionName is { Length: > 0 } newName ? newName : call.Name;
                _calls[update.Index] = (id, name, call.Arguments);
            }
        }

        public IEnumerable<AIContent> Complete() => _calls.Values.Select(c => OpenAiMessages.ToCall(c.Id, c.Name, c.Arguments.ToString()));
    }
}
