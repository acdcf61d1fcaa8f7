using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Catalog;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>Asks a server through everything that stands between a session and an endpoint.</summary>
internal static class Answers
{
    public const string NoAnswer = "Sorry, I have no answer to that. Could you ask me again in other words?";

    public static IChatClient Client(CannedServer server, TimeProvider? time = null) => EngineCatalog.Endpoint(
        new EndpointOptions { Name = "m", BaseUrl = "http://127.0.0.1:1/v1", ApiKey = "secret", Model = "m" },
        new EnginesOptions { CacheFolder = "unused" },
        new HttpClient(server),
        time ?? TimeProvider.System);

    /// <summary>What is heard of an answer of a model that has a tool, its calls, and the failure it ends with.</summary>
    public static async Task<(string Text, IReadOnlyList<FunctionCallContent> Calls, EngineException? Failure)> AskAsync(
        IChatClient client, CancellationToken cancellationToken, IReadOnlyList<ChatMessage>? messages = null)
    {
        var text = "";
        List<FunctionCallContent> calls = [];
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => "x", "go")] };
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages ?? [new(ChatRole.User, "Hi")], options, cancellationToken))
            {
                text += update.Text;
                calls.AddRange(update.Contents.OfType<FunctionCallContent>());
            }
        }
        catch (EngineException e)
        {
            return (text, calls, e);
        }

        return (text, calls, null);
    }
}
