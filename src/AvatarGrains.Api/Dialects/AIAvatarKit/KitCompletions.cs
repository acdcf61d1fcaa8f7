using System.Text.Json;
using System.Text.Json.Nodes;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>A <c>/v1/chat/completions</c> body.</summary>
internal sealed record KitCompletionRequest(
    string? Model, IReadOnlyList<KitMessage?>? Messages, bool? Stream, IReadOnlyList<KitTool?>? Tools, float? Temperature, int? MaxTokens);

/// <summary>One message; its content is a text or a list of parts.</summary>
internal sealed record KitMessage(string? Role, JsonElement? Content, IReadOnlyList<KitCall?>? ToolCalls, string? ToolCallId);

/// <summary>A call of a function.</summary>
internal sealed record KitCall(string? Id, KitCalled? Function);

/// <summary>Which function, and its arguments as JSON in a text.</summary>
internal sealed record KitCalled(string? Name, string? Arguments);

/// <summary>A function that the client runs.</summary>
internal sealed record KitTool(KitFunction? Function);

/// <summary>Its name, what it does, and the schema of its arguments.</summary>
internal sealed record KitFunction(string? Name, string? Description, JsonElement? Parameters);

/// <summary>The language model by itself, as clients of OpenAI ask it: whole, or as a stream that ends with <c>[DONE]</c>.</summary>
internal sealed class KitCompletions(KitAccess access, IEngineCatalog engines, TimeProvider time, AIAvatarKitOptions options)
{
    private const int MaxMessages = 500;
    private const int MaxTools = 64;
    private const string Answered = "stop";
    private const string Called = "tool_calls";

    private static readonly JsonSerializerOptions Dense = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public async Task AnswerAsync(HttpContext http)
    {
        var request = await JsonBody.ReadAsync(http, KitJson.Default.KitCompletionRequest, options.MaxBodyBytes).DemandAsync();
        await access.DemandAsync(http);
        var model = engines.FindModel(request.Model) ?? engines.FindModel(options.Model) ?? engines.FindModel(null)
            ?? throw KitErrors.Refuse("This server has no language model.");
        var messages = KitCompletionMapper.Messages(request.Messages, MaxMessages);
        var chat = new ChatOptions
        {
            Tools = KitCompletionMapper.Tools(request.Tools, MaxTools),
            Temperature = request.Temperature,
            MaxOutputTokens = request.MaxTokens,
        };
        ChatContext.SetLanguage(chat, options.Language);
        var id = $"chatcmpl-{Guid.NewGuid():N}";
        if (request.Stream == true)
        {
            await StreamAsync(http, model, messages, chat, id);
            return;
        }

        var answer = await model.Client.GetResponseAsync(messages, chat, http.RequestAborted);
        var calls = Calls(answer.Messages.SelectMany(message => message.Contents));
        var whole = Body(id, "chat.completion", model.Name);
        whole["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = Message(answer.Text, calls),
            ["finish_reason"] = calls.Count > 0 ? Called : Answered,
        });
        whole["usage"] = new JsonObject
        {
            ["prompt_tokens"] = answer.Usage?.InputTokenCount ?? 0,
            ["completion_tokens"] = answer.Usage?.OutputTokenCount ?? 0,
            ["total_tokens"] = answer.Usage?.TotalTokenCount ?? 0,
        };
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(KitBodies.Bytes(whole), http.RequestAborted);
    }

    private async Task StreamAsync(HttpContext http, LanguageModel model, List<ChatMessage> messages, ChatOptions chat, string id)
    {
        var updates = model.Client.GetStreamingResponseAsync(messages, chat, http.RequestAborted).GetAsyncEnumerator(http.RequestAborted);
        await using (updates)
        {
            // A model that fails at once fails the request.
            var more = await updates.MoveNextAsync();
            await using var stream = await EventStream.BeginAsync(http, time);
            await SendAsync(new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
            var called = 0;
            for (; more; more = await updates.MoveNextAsync())
            {
                if (updates.Current.Text is { Length: > 0 } text)
                {
                    await SendAsync(new JsonObject { ["content"] = text }, null);
                }

                foreach (var call in Calls(updates.Current.Contents))
                {
                    call!["index"] = called++;
                    await SendAsync(new JsonObject { ["tool_calls"] = new JsonArray(call.DeepClone()) }, null);
                }
            }

            await SendAsync([], called > 0 ? Called : Answered);
            await stream.SendAsync("[DONE]"u8.ToArray());

            async ValueTask SendAsync(JsonObject delta, string? finish)
            {
                var chunk = Body(id, "chat.completion.chunk", model.Name);
                chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish });
                await stream.SendAsync(KitBodies.Bytes(chunk));
            }
        }
    }

    private JsonObject Body(string id, string kind, string model) =>
        new() { ["id"] = id, ["object"] = kind, ["created"] = time.GetUtcNow().ToUnixTimeSeconds(), ["model"] = model };

    private static JsonObject Message(string text, JsonArray calls)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = text.Length > 0 || calls.Count == 0 ? text : null };
        if (calls.Count > 0)
        {
            message["tool_calls"] = calls;
        }

        return message;
    }

    private static JsonArray Calls(IEnumerable<AIContent> contents) => new([.. contents.OfType<FunctionCallContent>().Select(Call)]);

    private static JsonNode Call(FunctionCallContent call) => new JsonObject
    {
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = call.Name,
            ["arguments"] = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), Dense),
        },
    };
}
