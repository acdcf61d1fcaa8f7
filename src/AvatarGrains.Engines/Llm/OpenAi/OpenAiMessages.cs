using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace AvatarGrains.Engines.Llm.OpenAi;

/// <summary>Translates messages, options and tools between Microsoft.Extensions.AI and OpenAI's client.</summary>
internal static class OpenAiMessages
{
    public static IEnumerable<OpenAI.Chat.ChatMessage> ToOpenAi(IEnumerable<ChatMessage> messages) => messages.SelectMany(ToOpenAi);

    public static ChatCompletionOptions ToOpenAi(ChatOptions? options)
    {
        var result = new ChatCompletionOptions();
        if (options is null)
        {
            return result;
        }

        result.Temperature = options.Temperature;
        result.TopP = options.TopP;
        result.MaxOutputTokenCount = options.MaxOutputTokens;
        foreach (var stop in options.StopSequences ?? [])
        {
            result.StopSequences.Add(stop);
        }

        foreach (var tool in (options.Tools ?? []).OfType<AIFunctionDeclaration>())
        {
            result.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText())));
        }

        if (result.Tools.Count > 0 && options.ToolMode is { } mode)
        {
            result.ToolChoice = mode switch
            {
                NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
                RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
                RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
                _ => ChatToolChoice.CreateAutoChoice(),
            };
        }

        return result;
    }

    public static ChatFinishReason FromOpenAi(OpenAI.Chat.ChatFinishReason reason) => reason switch
    {
        OpenAI.Chat.ChatFinishReason.Length => ChatFinishReason.Length,
        OpenAI.Chat.ChatFinishReason.ContentFilter => ChatFinishReason.ContentFilter,
        OpenAI.Chat.ChatFinishReason.ToolCalls or OpenAI.Chat.ChatFinishReason.FunctionCall => ChatFinishReason.ToolCalls,
        _ => ChatFinishReason.Stop,
    };

    /// <summary>A tool call; arguments that are not a JSON object become a call with an error, not a failure of the answer.</summary>
    public static FunctionCallContent ToCall(string id, string name, string arguments)
    {
        try
        {
            return new FunctionCallContent(
                id, name, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments.Length == 0 ? "{}" : arguments));
        }
        catch (JsonException e)
        {
            return new FunctionCallContent(id, name) { Exception = e };
        }
    }

    private static IEnumerable<OpenAI.Chat.ChatMessage> ToOpenAi(ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            return [new SystemChatMessage(message.Text)];
        }

        if (message.Role == ChatRole.User)
        {
            return [new UserChatMessage(message.Text)];
        }

        if (message.Role == ChatRole.Tool)
        {
            return message.Contents.OfType<FunctionResultContent>().Select(r => new ToolChatMessage(r.CallId, ResultText(r.Result)));
        }

        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(c => ChatToolCall.CreateFunctionToolCall(
                c.CallId, c.Name, BinaryData.FromString(JsonSerializer.Serialize(c.Arguments ?? new Dictionary<string, object?>())))).ToList();
        var assistant = calls.Count > 0 ? new AssistantChatMessage(calls) : new AssistantChatMessage(message.Text);
        if (calls.Count > 0 && message.Text.Length > 0)
        {
            assistant.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        }

        return [assistant];
    }

    private static string ResultText(object? result) => result as string ?? JsonSerializer.Serialize(result);
}
