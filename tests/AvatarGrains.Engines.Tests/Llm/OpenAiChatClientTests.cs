using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Llm;
using AvatarGrains.Engines.Llm.OpenAi;
using AvatarGrains.Engines.Scripted;
using AvatarGrains.Engines.Tests.Faults;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Tests.Llm;

public sealed class OpenAiChatClientTests
{
    [Fact]
    public async Task Text_streams_piece_by_piece_with_key_model_and_messages_sent()
    {
        await using var server = FakeOpenAi.Events(
            FakeOpenAi.Delta("{\"role\":\"assistant\",\"content\":\"\"}"), FakeOpenAi.Delta("{\"content\":\"Hello\"}"),
            FakeOpenAi.Delta("{\"content\":\" there\"}"),
            FakeOpenAi.Delta("{}", "stop"), "[DONE]");
        var updates = await Client(server).GetStreamingResponseAsync(
            [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Yes?"), new(ChatRole.User, "Well")],
            new ChatOptions { Temperature = 0.5f }).ToListAsync();

        Assert.Equal(["Hello", " there"], updates.Select(u => u.Text).Where(t => t.Length > 0));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("/v1/chat/completions Bearer secret", request);
        Assert.Contains("\"model\":\"tiny\"", request);
        Assert.Contains("\"temperature\":0.5", request);
        Assert.Contains("Be brief.", request);
        Assert.Contains("Yes?", request);
    }

    [Fact]
    public async Task Tool_calls_are_put_together_and_results_go_back()
    {
        await using var server = FakeOpenAi.Events(
            FakeOpenAi.Delta(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}"),
            FakeOpenAi.Delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]}"),
            FakeOpenAi.Delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Rome\\\"}\"}}]}"),
            FakeOpenAi.Delta("{}", "tool_calls"), "[DONE]");
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => "sunny in " + city, "weather", "Tells the weather")] };
        var client = Client(server);
        var response = await client.GetResponseAsync([new(ChatRole.User, "Weather in Rome?")], options);

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal(("t1", "weather", "Rome"), (call.CallId, call.Name, call.Arguments!["city"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Contains("Tells the weather", server.Requests.First());

        await client.GetResponseAsync(
            [new(ChatRole.User, "Weather?"), .. response.Messages, new(ChatRole.Tool, [new FunctionResultContent("t1", "sunny")])], options);
        var second = server.Requests.Last();
        Assert.Contains("\"tool_call_id\":\"t1\"", second);
        Assert.Contains("sunny", second);
    }

    [Theory]
    [InlineData(401, EngineFault.Unauthorized)]
    [InlineData(403, EngineFault.Unauthorized)]
    [InlineData(429, EngineFault.Overloaded)]
    [InlineData(400, EngineFault.Rejected)]
    [InlineData(500, EngineFault.Failed)]
    [InlineData(503, EngineFault.Unavailable)]
    public async Task Refusal_has_its_fault_and_keeps_the_key_out_of_its_words(int status, EngineFault fault)
    {
        await using var server = FakeOpenAi.Status(status);
        var error = await Assert.ThrowsAsync<EngineException>(() => Client(server).GetResponseAsync("Hi"));
        Assert.Equal(fault, error.Fault);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        var server = FakeOpenAi.Status(200);
        var client = Client(server);
        await server.DisposeAsync();
        Assert.Equal(EngineFault.Unavailable, (await Assert.ThrowsAsync<EngineException>(() => client.GetResponseAsync("Hi"))).Fault);
    }

    [Fact]
    public async Task Stream_that_breaks_off_fails_after_what_came()
    {
        await using var server = new ResettingServer($"data: {FakeOpenAi.Delta("{\"content\":\"Half\"}")}\n\n");
        var text = "";
        var error = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            await foreach (var update in Client(server.BaseUrl).GetStreamingResponseAsync("Hi"))
            {
                text += update.Text;
                if (update.Text.Length > 0)
                {
                    server.Reset();
                }
            }
        });
        Assert.Equal(("Half", EngineFault.Failed), (text, error.Fault));
    }

    [Fact]
    public async Task Stream_that_ends_without_a_reason_is_whole_and_rubbish_is_failed()
    {
        await using var open = FakeOpenAi.Events(FakeOpenAi.Delta("{\"content\":\"Half\"}"));
        Assert.Equal("Half", (await Client(open).GetResponseAsync("Hi")).Text);
        await using var rubbish = FakeOpenAi.Events("{not json");
        Assert.Equal(EngineFault.Failed, (await Assert.ThrowsAsync<EngineException>(() => Client(rubbish).GetResponseAsync("Hi"))).Fault);
    }

    [Fact]
    public async Task Slow_server_is_cut_off_by_the_caller_as_cancellation_and_by_the_clock_as_timeout()
    {
        var never = new TaskCompletionSource();
        await using var server = new FakeOpenAi(_ => never.Task);
        using var cancel = new CancellationTokenSource();
        var pending = Client(server).GetResponseAsync("Hi", null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);

        var bounded = new TimeoutChatClient(Client(server), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.Equal(EngineFault.Timeout, (await Assert.ThrowsAsync<EngineException>(() => bounded.GetResponseAsync("Hi"))).Fault);
        never.SetResult();
    }

    [Fact]
    public async Task Limit_lets_some_run_some_wait_and_refuses_the_rest()
    {
        var gate = new TaskCompletionSource();
        await using var server = new FakeOpenAi(async c =>
        {
            await gate.Task;
            await FakeOpenAi.SendEventsAsync(c, FakeOpenAi.Delta("{\"content\":\"ok\"}"), FakeOpenAi.Delta("{}", "stop"), "[DONE]");
        });
        using var limited = new LimitedChatClient(Client(server), 1, 1);
        var (running, waiting) = (limited.GetResponseAsync("1"), limited.GetResponseAsync("2"));
        Assert.Equal(EngineFault.Overloaded, (await Assert.ThrowsAsync<EngineException>(() => limited.GetResponseAsync("3"))).Fault);
        gate.SetResult();
        Assert.Equal(["ok", "ok"], (await Task.WhenAll(running, waiting)).Select(r => r.Text));
        Assert.Equal("ok", (await limited.GetResponseAsync("4")).Text);
    }

    [Fact]
    public async Task Knowledge_puts_the_passages_before_the_question()
    {
        IReadOnlyList<ChatMessage> seen = [];
        using var client = new KnowledgeChatClient(new ScriptedChatClient(m =>
        {
            seen = m;
            return new ScriptedAnswer(["ok"]);
        }));
        var options = new ChatOptions();
        ChatContext.SetKnowledge(options, Engines.Knowledge.KnowledgeBase.FromText("Shop", "Tea costs two euros."));
        await client.GetResponseAsync([new(ChatRole.User, "What does tea cost?")], options);

        Assert.Equal([ChatRole.System, ChatRole.User], seen.Select(m => m.Role));
        Assert.Contains("Tea costs two euros.", seen[0].Text);
    }

    private static OpenAiChatClient Client(FakeOpenAi server) => Client(server.BaseUrl);

    private static OpenAiChatClient Client(string baseUrl) => new(new OpenAiChatOptions(new Uri(baseUrl), "secret", "tiny"));
}
