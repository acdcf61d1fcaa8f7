using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Tests.Llm;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>What OpenAI-compatible servers send instead of what OpenAI sends.</summary>
public sealed class ChatFieldTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"content\":\"Hello there.\"}", "")]
    [InlineData("{\"content\":\"Hello there.\"}", "eos")]
    [InlineData("{\"role\":\"\",\"content\":\"Hello there.\"}", "stop")]
    [InlineData("{\"role\":\"model\",\"content\":\"Hello there.\"}", "stop")]
    [InlineData(
        "{\"role\":null,\"content\":[{\"type\":\"text\",\"text\":\"Hello \"},{\"type\":\"thinking\",\"text\":\"no\"},{\"text\":\"there.\"}]}",
        "end_turn")]
    [InlineData("{\"reasoning_content\":\"no\",\"reasoning\":\"no\",\"content\":\"Hello there.\"}", "STOP")]
    public async Task Unknown_finish_reason_or_role_is_a_complete_answer(string delta, string finish)
    {
        using var server = new CannedServer(Canned.Events(FakeOpenAi.Delta(delta, finish), "[DONE]"));
        var (text, _, failure) = await Answers.AskAsync(Answers.Client(server), Token);
        Assert.Equal(("Hello there.", null), (text, failure));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("\"type\":\"\",")]
    [InlineData("\"type\":null,")]
    [InlineData("\"type\":\"tool\",")]
    [InlineData("")]
    public async Task Tool_call_of_unknown_type_is_a_call(string type)
    {
        using var server = new CannedServer(Canned.Events(
            FakeOpenAi.Delta($"{{\"tool_calls\":[{{{type}\"id\":\"a\","
                + $"\"function\":{{\"name\":\"go\",\"arguments\":{{\"x\":1}}}}}}]}}", "stop"), "[DONE]"));
        var (_, calls, failure) = await Answers.AskAsync(Answers.Client(server), Token);
        var call = Assert.Single(calls);
        Assert.Equal(("a", "go", "1", null), (call.CallId, call.Name, call.Arguments!["x"]!.ToString(), failure));
    }

    [Fact]
    public async Task Text_and_the_mark_at_the_end_without_a_finish_reason_is_a_complete_answer()
    {
        using var server = new CannedServer(
            Canned.Events(FakeOpenAi.Delta("{\"content\":\"Hello \"}"), FakeOpenAi.Delta("{\"content\":\"there.\"}"), "[DONE]"));
        var (text, _, failure) = await Answers.AskAsync(Answers.Client(server), Token);
        Assert.Equal(("Hello there.", null), (text, failure));
    }

    [Fact]
    public async Task Two_calls_of_one_index_with_distinct_ids_are_two_calls()
    {
        static string Call(string id, string name, string arguments) => FakeOpenAi.Delta(
            $"{{\"tool_calls\":[{{\"index\":0,\"id\":\"{id}\",\"type\":\"function\","
            + $"\"function\":{{\"name\":\"{name}\",\"arguments\":\"{arguments}\"}}}}]}}");
        using var server = new CannedServer(Canned.Events(
            Call("a", "left", "{\\\"x\\\":"), FakeOpenAi.Delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}"),
            Call("b", "right", "{\\\"y\\\":2}"), FakeOpenAi.Delta("{}", "tool_calls"), "[DONE]"));
        var (_, calls, _) = await Answers.AskAsync(Answers.Client(server), Token);
        Assert.Equal(["left", "right"], calls.Select(call => call.Name));
        Assert.Equal(["a", "b"], calls.Select(call => call.CallId));
        Assert.Equal("1", calls[0].Arguments!["x"]!.ToString());
        Assert.Equal("2", calls[1].Arguments!["y"]!.ToString());
        Assert.All(calls, call => Assert.Null(call.Exception));
    }

    [Theory]
    [InlineData("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Hello there.\"},\"finish_reason\":\"stop\"}]}", "application/json")]
    [InlineData("{\n \"choices\": {\n  \"message\": {\"content\": \"Hello there.\"}\n }\n}", "")]
    [InlineData(
        "{\"model\":\"x\",\"message\":{\"content\":\"Hello \"},\"done\":false}\n{\"message\":{\"content\":\"there.\"},\"done\":true}\n",
        "application/x-ndjson")]
    [InlineData(
        "[{\"choices\":[{\"delta\":{\"content\":\"Hello \"}}]},{\"choices\":[{\"delta\":{\"content\":\"there.\"}}]}]",
        "text/plain; charset=nonsense")]
    [InlineData("data:{\"choices\":[{\"text\":\"Hello there.\"}]}\r\rdata:[DONE]\r\r", "application/json")]
    [InlineData(
        ": hello\r\n\r\nevent: message\r\nid: 5\r\ndata: {\"choices\":[{\"delta\":\r\ndata: {\"content\":\"Hello there.\"}}]}\r\n\r\n", "text/html")]
    public async Task Whole_answers_other_line_ends_and_wrong_content_types_are_read(string body, string contentType)
    {
        using var server = new CannedServer(Canned.Text(body, contentType: contentType));
        var (text, _, failure) = await Answers.AskAsync(Answers.Client(server), Token);
        Assert.Equal(("Hello there.", null), (text, failure));
    }

    [Theory]
    [InlineData("{\"error\":{\"message\":\"slow down secret\",\"code\":429}}", EngineFault.Overloaded)]
    [InlineData("{\"error\":\"model not found\"}", EngineFault.Rejected)]
    [InlineData("{\"object\":\"error\",\"message\":\"x\",\"code\":401}", EngineFault.Unauthorized)]
    [InlineData("{\"detail\":\"something\"}", EngineFault.Failed)]
    [InlineData("data: {\"error\":{\"type\":\"insufficient_quota\"}}\n\n", EngineFault.Overloaded)]
    [InlineData("event: error\ndata: {\"message\":\"bad\"}\n\n", EngineFault.Failed)]
    [InlineData("<html><body>502 Bad Gateway</body></html>", EngineFault.Failed)]
    [InlineData("", EngineFault.Failed)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"con", EngineFault.Failed)]
    public async Task Errors_and_pages_with_a_status_of_success_are_failures_with_words(string body, EngineFault fault)
    {
        using var server = new CannedServer(Canned.Text(body));
        var (text, _, failure) = await Answers.AskAsync(Answers.Client(server), Token);
        Assert.Equal(("", fault), (text, failure!.Fault));
        Assert.NotEmpty(failure.Message);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_stays_open_after_the_reason_to_finish_is_a_complete_answer()
    {
        var time = new Conformance.Time.ManualTimeProvider();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hello = $"data: {FakeOpenAi.Delta("{\"content\":\"Hello there.\"}", "stop")}\n\n";
        using var server = new CannedServer(Canned.Text(hello) with
        {
            Pause = (piece, token) =>
            {
                if (piece == 0)
                {
                    return Task.CompletedTask;
                }

                var open = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                waiting.TrySetResult();
                return open;
            },
        });
        var asked = Answers.AskAsync(Answers.Client(server, time), Token);
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        time.Advance(TimeSpan.FromSeconds(2));
        var (text, _, failure) = await asked;
        Assert.Equal(("Hello there.", null), (text, failure));
    }

    [Fact]
    public async Task Refused_fields_are_left_out_and_remembered()
    {
        using var server = new CannedServer
        {
            Choose = body => body.Contains("stream_options", StringComparison.Ordinal)
                ? Canned.Text("{\"error\":{\"message\":\"Unrecognized request argument supplied: stream_options\"}}", 400)
                : body.Contains("\"max_completion_tokens\"", StringComparison.Ordinal)
                    ? Canned.Text("{\"detail\":[{\"loc\":[\"body\",\"max_completion_tokens\"],\"msg\":\"extra fields not permitted\"}]}", 422)
                    : body.Contains("temperature", StringComparison.Ordinal)
                        ? Canned.Text("{\"error\":{\"param\":\"temperature\",\"message\":\"Unsupported value\"}}", 400)
                        : body.Contains("\"tools\"", StringComparison.Ordinal)
                            ? Canned.Text("this model does not support tool calling", 400)
                            : Canned.Events(FakeOpenAi.Delta("{\"content\":\"Hello there.\"}", "stop"), "[DONE]"),
        };
        var client = Answers.Client(server);
        var options = new ChatOptions { Temperature = 0.5f, MaxOutputTokens = 100, Tools = [AIFunctionFactory.Create(() => "x", "tool")] };
        Assert.Equal("Hello there.", (await client.GetResponseAsync("Hi", options, Token)).Text);
        Assert.Equal(5, server.Requests.Count);
        Assert.Contains("\"max_tokens\":100", server.Requests[^1], StringComparison.Ordinal);
        Assert.Equal("Hello there.", (await client.GetResponseAsync("Hi again", options, Token)).Text);
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Model_without_a_system_role_gets_its_words_with_the_first_question()
    {
        using var server = new CannedServer
        {
            Choose = body => body.Contains("\"system\"", StringComparison.Ordinal)
                ? Canned.Text("{\"error\":{\"message\":\"System role not supported\"}}", 400)
                : Canned.Events(FakeOpenAi.Delta("{\"content\":\"Hello.\"}", "stop"), "[DONE]"),
        };
        var (text, _, _) = await Answers.AskAsync(Answers.Client(server), Token, [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")]);
        Assert.Equal("Hello.", text);
        Assert.Contains("Be brief.\\n\\nHi", server.Requests[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task Refusal_that_names_nothing_is_not_repeated(int status)
    {
        using var server = new CannedServer(Canned.Text("{\"error\":{\"message\":\"no\"}}", status));
        Assert.NotNull((await Answers.AskAsync(Answers.Client(server), Token)).Failure);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Retry_after_of_a_429_is_kept()
    {
        using var server = new CannedServer(Canned.Text("{}", 429) with
        {
            Headers = response => response.Headers.TryAddWithoutValidation("Retry-After", "17"),
        });
        var (_, _, failure) = await Answers.AskAsync(Answers.Client(server), Token);
        Assert.Equal((EngineFault.Overloaded, TimeSpan.FromSeconds(17)), (failure!.Fault, failure.RetryAfter));
    }

    [Fact]
    public async Task What_is_sent_alternates_whatever_was_said_before()
    {
        using var server = new CannedServer(Canned.Events(FakeOpenAi.Delta("{\"content\":\"Hello.\"}", "stop"), "[DONE]"));
        await Answers.AskAsync(Answers.Client(server), Token,
        [
            new(ChatRole.System, "Be brief."), new(ChatRole.Assistant, "Welcome."), new(ChatRole.User, "One"), new(ChatRole.User, "Two"),
            new(ChatRole.Assistant, " "), new(ChatRole.Assistant, "Three."), new(ChatRole.Assistant, "Four."), new(ChatRole.System, "Know this."),
            new(ChatRole.User, "Five"),
        ]);
        using var request = System.Text.Json.JsonDocument.Parse(server.Requests[0]);
        var messages = request.RootElement.GetProperty("messages").EnumerateArray()
            .Select(m => (Role: m.GetProperty("role").GetString(), Text: m.GetProperty("content").ToString())).ToList();
        Assert.Equal(["system", "user", "assistant", "user"], messages.Select(m => m.Role));
        Assert.Contains("Welcome.", messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("Know this.", messages[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \\n ")]
    [InlineData("…")]
    [InlineData("<think>a")]
    public async Task Empty_answer_is_asked_for_once_more_and_then_the_person_is_asked_again(string content)
    {
        var empty = Canned.Events(FakeOpenAi.Delta($"{{\"content\":\"{content}\"}}", "stop"), "[DONE]");
        using var twice = new CannedServer(empty);
        var (text, _, failure) = await Answers.AskAsync(Answers.Client(twice), Token);
        Assert.Equal((Answers.NoAnswer, null, 2), (text, failure, twice.Requests.Count));

        using var once = new CannedServer(empty, Canned.Events(FakeOpenAi.Delta("{\"content\":\"Hello.\"}", "stop"), "[DONE]"));
        Assert.Equal("Hello.", (await Answers.AskAsync(Answers.Client(once), Token)).Text);
    }

    [Theory]
    [InlineData("de", "Entschuldigung")]
    [InlineData("fr-FR", "Pardon")]
    [InlineData("es", "Perdón")]
    [InlineData("pl", "Przepraszam")]
    [InlineData("ko", "죄송해요")]
    [InlineData("ja", "すみません")]
    [InlineData("zh", "抱歉")]
    [InlineData(null, "Sorry")]
    public async Task Person_is_asked_again_in_the_language_of_the_session(string? language, string begins)
    {
        using var server = new CannedServer(Canned.Events("[DONE]"));
        var options = new ChatOptions();
        ChatContext.SetLanguage(options, language);
        Assert.StartsWith(begins, (await Answers.Client(server).GetResponseAsync("Hi", options, Token)).Text, StringComparison.Ordinal);
    }
}
