using System.Runtime.CompilerServices;
using System.Text.Json;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Tests.Workers;

/// <summary>Language models that are asked through workers.</summary>
public sealed class PooledChatTests : WorkerScene
{
    private static readonly JsonElement Schema = JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""").RootElement;

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Edge, SiloRoles.Worker)]
    public async Task Messages_tools_and_updates_arrive_with_all_their_contents(params SiloRoles[] roles)
    {
        var arguments = new Dictionary<string, object?> { ["city"] = "Busan", ["days"] = 3 };
        var usage = new UsageContent(new UsageDetails { InputTokenCount = 11, OutputTokenCount = 5 });
        var model = new RecordingModel(
            new ChatResponseUpdate(ChatRole.Assistant, "Let me look. ") { MessageId = "m1", ModelId = "large" },
            new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("call_2", "get_weather", arguments)]),
            new ChatResponseUpdate(ChatRole.Assistant, [usage]) { FinishReason = ChatFinishReason.ToolCalls });
        await StartAsync(roles);
        Engines(roles.Length - 1).Chat.Instead = model;
        var options = new ChatOptions
        {
            Temperature = 0.25f,
            MaxOutputTokens = 99,
            StopSequences = ["END"],
            ToolMode = ChatToolMode.RequireSpecific("get_weather"),
            Tools = [AIFunctionFactory.CreateDeclaration("get_weather", "The weather of a city", Schema, null)],
        };
        ChatContext.SetDocument(options, "doc");
        ChatContext.SetLanguage(options, "ko");
        byte[] picture = [0x89, 0x50, 0x4E, 0x47];
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, [new TextContent("What is this?"), new DataContent(picture, "image/png")]) { AuthorName = "ann" },
            new(ChatRole.Assistant, [new FunctionCallContent("call_1", "get_weather", new Dictionary<string, object?> { ["city"] = "Seoul" })]),
            new(ChatRole.Tool, [new FunctionResultContent("call_1", "sunny")]),
        ];
        var updates = await AllAsync(Catalog(0).FindModel(null)!.Client.GetStreamingResponseAsync(messages, options, Token));

        Assert.Equal(messages.Select(Describe), model.Messages.Select(Describe));
        Assert.Equal(picture, model.Messages[1].Contents.OfType<DataContent>().Single().Data.ToArray());
        Assert.Equal("ann", model.Messages[1].AuthorName);
        Assert.Equal((0.25f, 99, "END"), (model.Options!.Temperature, model.Options.MaxOutputTokens, Assert.Single(model.Options.StopSequences!)));
        Assert.Equal(ChatToolMode.RequireSpecific("get_weather"), model.Options.ToolMode);
        var tool = Assert.IsAssignableFrom<AIFunctionDeclaration>(Assert.Single(model.Options.Tools!));
        Assert.Equal(("get_weather", "The weather of a city", Schema.GetRawText()), (tool.Name, tool.Description, tool.JsonSchema.GetRawText()));
        Assert.Equal("ko", ChatContext.GetLanguage(model.Options));
        Assert.Equal("doc", ChatContext.GetKnowledge(model.Options)!.Id);

        Assert.Equal(3, updates.Count);
        Assert.Equal(("Let me look. ", "m1", "large"), (updates[0].Text, updates[0].MessageId, updates[0].ModelId));
        var call = Assert.IsType<FunctionCallContent>(Assert.Single(updates[1].Contents));
        Assert.Equal("""{"city":"Busan","days":3}""", JsonSerializer.Serialize(call.Arguments));
        Assert.Equal((11, 5), (Usage(updates[2]).InputTokenCount, Usage(updates[2]).OutputTokenCount));
        Assert.Equal(ChatFinishReason.ToolCalls, updates[2].FinishReason);
    }

    [Fact]
    public async Task Options_of_the_caller_stay_as_they_were()
    {
        await StartAsync(SiloRoles.All);
        Engines(0).Chat.Instead = new RecordingModel(new ChatResponseUpdate(ChatRole.Assistant, "Yes."));
        var options = new ChatOptions();
        ChatContext.SetDocument(options, "doc");
        await AllAsync(Catalog(0).FindModel(null)!.Client.GetStreamingResponseAsync("hi", options, Token));
        Assert.Null(ChatContext.GetKnowledge(options));
    }

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Edge, SiloRoles.Worker)]
    public async Task Fault_of_the_model_is_the_callers_after_what_came_before_it(params SiloRoles[] roles)
    {
        await StartAsync(roles);
        Engines(roles.Length - 1).Chat.Answer = (_, _) => FailAsync();
        var answer = Catalog(0).FindModel(null)!.Client.GetStreamingResponseAsync("hi", null, Token).GetAsyncEnumerator(Token);
        Assert.True(await answer.MoveNextAsync());
        Assert.Equal("Well, ", answer.Current.Text);
        var failed = await Assert.ThrowsAsync<EngineException>(() => answer.MoveNextAsync().AsTask());
        Assert.Equal((EngineFault.Unauthorized, "no key"), (failed.Fault, failed.Message));

        static async IAsyncEnumerable<string> FailAsync()
        {
            yield return "Well, ";
            await Task.Yield();
            throw new EngineException(EngineFault.Unauthorized, "no key");
        }
    }

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Edge, SiloRoles.Worker)]
    public async Task Reader_that_leaves_stops_the_model_and_frees_its_place(params SiloRoles[] roles)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(roles);
        Engines(roles.Length - 1).Chat.Answer = (question, token) => question == "long" ? ForeverAsync(token) : OnceAsync();
        await foreach (var update in Catalog(0).FindModel(null)!.Client.GetStreamingResponseAsync("long", null, Token))
        {
            break;
        }

        await stopped.Task.WaitAsync(Token);
        await FreeAsync(Gates(roles.Length - 1).Llm);
        var updates = await AllAsync(Catalog(0).FindModel(null)!.Client.GetStreamingResponseAsync("short", null, Token));
        Assert.Equal("Short.", Assert.Single(updates).Text);

        async IAsyncEnumerable<string> ForeverAsync([EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                yield return "One";
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            finally
            {
                stopped.TrySetResult();
            }
        }

        static async IAsyncEnumerable<string> OnceAsync()
        {
            await Task.Yield();
            yield return "Short.";
        }
    }

    [Fact]
    public async Task Nobody_gets_the_client_that_calls_the_model()
    {
        await StartAsync(SiloRoles.All);
        var client = Catalog(0).FindModel(null)!.Client;
        Assert.NotSame(Engines(0).Chat, client);
        Assert.Same(client, client.GetService(typeof(IChatClient)));
        Assert.Null(client.GetService(typeof(RecordingModel)));
    }

    private static UsageDetails Usage(ChatResponseUpdate update) => update.Contents.OfType<UsageContent>().Single().Details;

    private static string Describe(ChatMessage message) => $"{message.Role}: {string.Join(", ", message.Contents.Select(Describe))}";

    private static string Describe(AIContent content) => content switch
    {
        TextContent text => text.Text,
        DataContent data => data.MediaType,
        FunctionCallContent call => $"{call.CallId} {call.Name} {JsonSerializer.Serialize(call.Arguments)}",
        FunctionResultContent result => $"{result.CallId} {result.Result}",
        _ => throw new ArgumentOutOfRangeException(nameof(content), content, "Not sent."),
    };

    private sealed class RecordingModel(params ChatResponseUpdate[] updates) : IChatClient
    {
        public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];

        public ChatOptions? Options { get; private set; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            (Messages, Options) = ([.. messages], options);
            foreach (var update in updates)
            {
                await Task.Yield();
                yield return update;
            }
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
