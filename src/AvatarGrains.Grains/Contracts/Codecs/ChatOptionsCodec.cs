using System.Text.Json;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Contracts.Codecs;

/// <summary>A tool as a language model is told of it.</summary>
[GenerateSerializer, Immutable, Alias("ag.Tool")]
internal sealed record ToolDeclaration([property: Id(0)] string Name, [property: Id(1)] string Description, [property: Id(2)] string Schema);

/// <summary>Options of a language model call on their way to another silo.</summary>
/// <param name="Json">All that has a form in JSON.</param>
/// <param name="Tools">The tools' declarations, or null.</param>
[GenerateSerializer, Immutable, Alias("ag.ChatOptions")]
internal readonly record struct ChatOptionsBytes([property: Id(0)] byte[] Json, [property: Id(1)] ToolDeclaration[]? Tools);

/// <summary>
/// The abstractions' own JSON leaves tools out, and knowledge is an object of one process: the other one finds it by the document's name.
/// </summary>
[RegisterConverter]
internal sealed class ChatOptionsCodec : IConverter<ChatOptions, ChatOptionsBytes>
{
    public ChatOptions ConvertFromSurrogate(in ChatOptionsBytes surrogate)
    {
        var options = ChatJson.Read<ChatOptions>(surrogate.Json);
        foreach (var (name, value) in options.AdditionalProperties?.ToList() ?? [])
        {
            options.AdditionalProperties![name] = value is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : value;
        }

        if (surrogate.Tools is { } tools)
        {
            options.Tools = [.. tools.Select(Declare)];
        }

        return options;
    }

    public ChatOptionsBytes ConvertToSurrogate(in ChatOptions value)
    {
        var plain = value.Clone();
        ChatContext.SetKnowledge(plain, null);
        plain.Tools = null;
        return new ChatOptionsBytes(ChatJson.Write(plain), value.Tools is { Count: > 0 } tools ? [.. tools.Select(Describe)] : null);
    }

    private static AITool Declare(ToolDeclaration tool)
    {
        using var schema = JsonDocument.Parse(tool.Schema);
        return AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, schema.RootElement.Clone(), null);
    }

    private static ToolDeclaration Describe(AITool tool) => tool is AIFunctionDeclaration function
        ? new ToolDeclaration(function.Name, function.Description, function.JsonSchema.GetRawText())
        : throw new EngineException(
            EngineFault.Rejected, $"The tool '{tool.Name}' is no function, and nothing else can be offered to a model on another silo.");
}
