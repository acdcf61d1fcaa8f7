using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using AvatarGrains.Engines.Llm.OpenAi.Tolerance;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace AvatarGrains.Engines.Llm.OpenAi;

/// <summary>
/// OpenAI's chat client over a <see cref="TolerantHandler"/>: always streams, and fails with <see cref="Core.Engines.EngineException"/> or the
/// caller's own cancellation, whatever the endpoint sends. Thread-safe.
/// </summary>
public sealed class OpenAiChatClient : IChatClient
{
    private readonly HttpClient _http;
    private readonly IChatClient _client;

    /// <param name="options">Address, key and model.</param>
    /// <param name="transport">HTTP client to send with, or null for one of its own.</param>
    /// <param name="time">Clock, or null for the system's.</param>
    public OpenAiChatClient(OpenAiChatOptions options, HttpClient? transport = null, TimeProvider? time = null)
    {
        // The waits of an answer are bounded by TimeoutChatClient alone.
        var handler = new TolerantHandler(transport ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan }, time ?? TimeProvider.System);
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var settings = new OpenAIClientOptions
        {
            Endpoint = options.BaseAddress,
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(_http),
        };
        var key = new ApiKeyCredential(options.ApiKey is { Length: > 0 } given ? given : "none");
        _client = new ChatClient(options.Model, key, settings).AsIChatClient();
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = _client.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(updates, cancellationToken))
        {
            yield return updates.Current;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _client.GetService(serviceType, serviceKey);

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // The client under this one reads what a foreign server sent, and fails in whatever way that makes it fail.
            throw OpenAiErrors.Read(e);
        }
    }
}
