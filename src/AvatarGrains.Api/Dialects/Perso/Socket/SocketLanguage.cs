using System.Text.Json;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Speech;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>Answers <c>llm.request</c>: the client keeps the history and runs its tools.</summary>
internal sealed class SocketLanguage(SocketServices services, SocketOut output, string sessionId)
{
    /// <summary>Reads a request; the answer is streamed by what it returns.</summary>
    /// <exception cref="SocketRequestException">Too large or malformed.</exception>
    public Func<CancellationToken, Task> Read(string id, in SocketEnvelope request)
    {
        var messages = request.Member("messages");
        var tools = request.Member("tools");
        if (messages?.GetRawText().Length > SocketLimits.MaxMessagesCharacters || tools?.GetRawText().Length > SocketLimits.MaxToolsCharacters)
        {
            throw new SocketRequestException("oversize", "The messages or tools are too long.");
        }

        PersoChatRequest chat;
        try
        {
            chat = request.Payload.Deserialize(PersoJson.Default.PersoChatRequest)!;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new SocketRequestException("bad_envelope", "messages or tools have the wrong shape.");
        }

        return token => AnswerAsync(id, chat, token);
    }

    private async Task AnswerAsync(string id, PersoChatRequest request, CancellationToken cancellationToken)
    {
        var (model, messages, options) = await PersoChat.PrepareAsync(services.Host, services.Engines, sessionId, request, cancellationToken);
        var sentences = new SentenceSplitter();
        var calls = new List<PersoToolCall>();
        var reason = ChatFinishReason.Stop;
        string? last = null;
        await foreach (var update in model.Client.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            reason = update.FinishReason ?? reason;
            calls.AddRange(update.Contents.OfType<FunctionCallContent>().Select(PersoChatMapper.Call));
            last = await SendAsync(id, sentences.Push(update.Text), last, cancellationToken);
        }

        await SendAsync(id, sentences.Finish(), last, cancellationToken);
        if (calls.Count > 0)
        {
            await output.SendAsync(ToolCalls(id, calls), cancellationToken);
            reason = ChatFinishReason.ToolCalls;
        }

        await output.SendAsync(SocketMessages.Write("llm.finish", id, json => json.WriteString("reason", reason.Value)), cancellationToken);
    }

    private static byte[] ToolCalls(string id, List<PersoToolCall> calls) => SocketMessages.Write("llm.tool_call", id, json =>
    {
        json.WritePropertyName("tool_calls");
        JsonSerializer.Serialize(json, calls, PersoBodies.Readable.IReadOnlyListPersoToolCall);
        json.WriteBoolean("synthetic", false);
    });

    private async ValueTask<string?> SendAsync(string id, IReadOnlyList<TextSegment> segments, string? last, CancellationToken cancellationToken)
    {
        foreach (var segment in segments.Where(one => one.Text.Length > 0))
        {
            var first = last is null;
            var content = PersoChat.Joined(last, segment.Text);
            last = segment.Text;
            await output.SendAsync(
                SocketMessages.Write("llm.delta", id, json =>
                {
                    if (first)
                    {
                        json.WriteString("role", "assistant");
                    }

                    json.WriteString("content", content);
                    json.WriteBoolean("sentence_complete", true);
                }),
                cancellationToken);
        }

        return last;
    }
}
