using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Maps a client-kept conversation with tools to the chat abstractions and back.</summary>
internal static class PersoChatMapper
{
    private const int MaxMessages = 500;
    private const int MaxTools = 64;

    public static List<ChatMessage> Messages(PersoChatRequest request, string? systemPrompt)
    {
        var messages = request.Messages ?? throw PersoException.Missing("messages");
        if (messages.Count is 0 or > MaxMessages)
        {
            throw PersoException.Invalid($"messages must have 1 to {MaxMessages} entries.", "messages");
        }

        var mapped = new List<ChatMessage>();
        if (systemPrompt is not null && messages.All(message => message?.Role != "system"))
        {
            mapped.Add(new ChatMessage(ChatRole.System, systemPrompt));
        }

        mapped.AddRange(messages.Select(Message));
        return mapped;
    }

    public static IList<AITool>? Tools(PersoChatRequest request)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            return null;
        }

        return tools.Count <= MaxTools ? [.. tools.Select(Tool)] : throw PersoException.Invalid($"There may be {MaxTools} tools.", "tools");
    }

    public static PersoToolCall Call(FunctionCallContent call)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>())
            {
                json.WritePropertyName(name);
                Write(json, value);
            }

            json.WriteEndObject();
        }

        return new PersoToolCall(call.CallId, "function", new PersoToolInvocation(call.Name, System.Text.Encoding.UTF8.GetString(buffer.ToArray())));
    }

    private static ChatMessage Message(PersoChatMessage? message)
    {
        switch (message?.Role)
        {
            case "system":
                return new ChatMessage(ChatRole.System, message.Content ?? "");
            case "user":
                return new ChatMessage(ChatRole.User, message.Content ?? "");
            case "assistant":
                var contents = new List<AIContent>();
                if (!string.IsNullOrEmpty(message.Content))
                {
                    contents.Add(new TextContent(message.Content));
                }

                contents.AddRange(message.ToolCalls?.Select(
                    call => new FunctionCallContent(call?.Id ?? "", call?.Function?.Name ?? "", Arguments(call?.Function?.Arguments))) ?? []);
                return new ChatMessage(ChatRole.Assistant, contents);
            case "tool":
                return new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.ToolCallId ?? "", message.Content)]);
            default:
                throw new PersoException(400, "invalid_choice", "role must be system, user, assistant or tool.", "messages");
        }
    }

    private static Dictionary<string, object?> Arguments(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value.Clone())
                : throw PersoException.Invalid("arguments must be a JSON object.", "messages");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw PersoException.Invalid("arguments must be a JSON object without repeated names.", "messages");
        }
    }

    private static AIFunctionDeclaration Tool(PersoChatTool? tool)
    {
        var function = tool?.Function;
        if (string.IsNullOrWhiteSpace(function?.Name))
        {
            throw PersoException.Invalid("Every tool needs a function with a name.", "tools");
        }

        return AIFunctionFactory.CreateDeclaration(function.Name, function.Description, function.Parameters ?? EmptySchema(), null);
    }

    private static JsonElement EmptySchema()
    {
        using var document = JsonDocument.Parse("""{"type":"object","properties":{}}""");
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonElement element:
                element.WriteTo(json);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or double or float or decimal:
                json.WriteRawValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}
