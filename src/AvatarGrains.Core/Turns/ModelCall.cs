using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Turns;

/// <summary>What a language model is called with.</summary>
internal sealed record ModelCall(IChatClient Client, List<ChatMessage> Messages, ChatOptions Options)
{
    /// <summary>Finds model, knowledge and tools of a session and builds the prompt.</summary>
    public static async ValueTask<ModelCall> PrepareAsync(
        SessionServices services,
        SessionSpec spec,
        IReadOnlyList<HistoryLine> history,
        TurnRequest request,
        bool spoken,
        CancellationToken cancellationToken)
    {
        var model = services.Engines.FindModel(spec.Model)
            ?? throw new EngineException(EngineFault.Unavailable, $"There is no language model named '{spec.Model ?? "(default)"}'.");
        var knowledge = spec.Document is { Length: > 0 } document ? await services.Knowledge.FindAsync(document, cancellationToken) : null;
        var messages = Prompt.Build(spec, history, request, knowledge, spoken, services.Prompt);
        var options = Prompt.Options(spec, knowledge);
        var own = await services.Tools.FindAsync(spec, cancellationToken);
        List<AITool> tools = [.. own, .. (request.Tools ?? []).Select(Declare)];
        options.Tools = tools.Count > 0 ? tools : null;
        return new ModelCall(own.Count > 0 ? services.Tools.Use(model.Client) : model.Client, messages, options);
    }

    private static AITool Declare(ClientTool tool)
    {
        using var schema = System.Text.Json.JsonDocument.Parse(tool.Schema);
        return AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, schema.RootElement.Clone(), null);
    }
}
