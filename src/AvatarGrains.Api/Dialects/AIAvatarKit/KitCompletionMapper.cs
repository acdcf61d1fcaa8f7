using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Maps a conversation as clients of OpenAI keep it to the chat abstractions.</summary>
internal static class KitCompletionMapper
{
    /// <exception cref="Shared.RequestException">A message cannot be used.</exception>
    public static List<ChatMessage> Messages(IReadOnlyList<KitMessage?>? messages, int most) => messages is { Count: > 0 } && messages.Count <= most
        ? [.. messages.Select(Message)]
        : throw KitErrors.Refuse(string.Create(CultureInfo.InvariantCulture, $"messages must have 1 to {most} entries."));

    /// <exception cref="Shared.RequestException">A tool cannot be used.</exception>
    public static IList<AITool>? Tools(IReadOnlyList<KitTool?>? tools, int most) => tools switch
    {
        null or { Count: 0 } => null,
        _ when tools.Count > most => throw KitErrors.Refuse(string.Create(CultureInfo.InvariantCulture, $"There may be {most} tools.")),
        _ => [.. tools.Select(Tool)],
    };

    private static ChatMessage Message(KitMessage? message) => message?.Role switch
    {
        "system" or "developer" => new ChatMessage(ChatRole.System, Contents(message.Content)),
        "user" => new ChatMessage(ChatRole.User, Contents(message.Content)),
        "assistant" => new ChatMessage(ChatRole.Assistant, [.. Contents(message.Content), .. (message.ToolCalls ?? []).Select(Call)]),
        "tool" => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.ToolCallId ?? "", string.Concat(Contents(message.Content)))]),
        _ => throw KitErrors.Refuse("role must be system, developer, user, assistant or tool."),
    };

    private static List<AIContent> Contents(JsonElement? content) => content switch
    {
        null or { ValueKind: JsonValueKind.Null } => [],
        { ValueKind: JsonValueKind.String } text => [new TextContent(text.GetString())],
        { ValueKind: JsonValueKind.Array } parts => [.. parts.EnumerateArray().Select(Part)],
        _ => throw KitErrors.Refuse("content must be a text or a list of parts."),
    };

    private static AIContent Part(JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
        {
            if (type.GetString() == "text" && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            {
                return new TextContent(text.GetString());
            }

            if (type.GetString() == "image_url"
                && part.TryGetProperty("image_url", out var image)
                && image.ValueKind == JsonValueKind.Object
                && image.TryGetProperty("url", out var url)
                && url.ValueKind == JsonValueKind.String)
            {
                return Picture(url.GetString()!);
            }
        }

        throw KitErrors.Refuse("A part of content must be a text or an image_url.");
    }

    private static DataContent Picture(string url)
    {
        if (!url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
        {
            throw KitErrors.Refuse("Pictures are taken as data URLs.");
        }

        try
        {
            return new DataContent(url);
        }
        catch (Exception wrong) when (wrong is UriFormatException or ArgumentException or FormatException)
        {
            throw KitErrors.Refuse("A data URL must be data:image/TYPE;base64,DATA.");
        }
    }

    private static FunctionCallContent Call(KitCall? call)
    {
        try
        {
            var arguments = string.IsNullOrWhiteSpace(call?.Function?.Arguments)
                ? []
                : JsonSerializer.Deserialize(call.Function.Arguments, KitJson.Default.DictionaryStringJsonElement) ?? [];
            return new FunctionCallContent(
                call?.Id ?? "", call?.Function?.Name ?? "", arguments.ToDictionary(one => one.Key, one => (object?)one.Value));
        }
        catch (JsonException)
        {
            throw KitErrors.Refuse("arguments must be a JSON object in a text.");
        }
    }

    private static AIFunctionDeclaration Tool(KitTool? tool)
    {
        if (tool?.Function is not { Name: { Length: > 0 } name } function)
        {
            throw KitErrors.Refuse("Every tool needs a function with a name.");
        }

        using var none = JsonDocument.Parse("""{"type":"object","properties":{}}""");
        return AIFunctionFactory.CreateDeclaration(name, function.Description, function.Parameters ?? none.RootElement.Clone(), null);
    }
}
