using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using AvatarGrains.Engines.Tests.Llm;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>What people report of servers of models, through a real session: what is heard of it.</summary>
public sealed class ChatCasesTests
{
    private const string Hello = "{\"content\":\"Hello there.\"}";

    [Theory]
    [InlineData(Hello, "")]
    [InlineData(Hello, "eos")]
    [InlineData("{\"role\":\"\",\"content\":\"Hello there.\"}", "stop")]
    [InlineData("{\"role\":\"model\",\"content\":\"Hello there.\"}", "stop")]
    [InlineData(
        "{\"content\":\"Hello there.\",\"tool_calls\":[{\"type\":\"\",\"id\":\"a\",\"function\":{\"name\":\"go\",\"arguments\":\"{}\"}}]}", "stop")]
    public async Task Chunk_of_unknown_finish_reason_role_or_call_type_is_spoken(string delta, string finish) =>
        Assert.Equal("Hello there.", await HearAsync(Canned.Events(FakeOpenAi.Delta(delta, finish), "[DONE]")));

    [Fact]
    public async Task Text_and_the_mark_at_the_end_is_a_complete_answer_without_an_apology()
    {
        using var server = new CannedServer(Canned.Events(FakeOpenAi.Delta(Hello), "[DONE]"));
        await using var session = await StartAsync(server);
        var turn = await session.AskAsync("Hi");
        Assert.Equal(("Hello there.", null, 1), (turn.Heard, turn.Failure, server.Requests.Count));
    }

    [Theory]
    [InlineData("a</think>b", "b")]
    [InlineData("<think>a", null)]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "b")]
    [InlineData("<|channel|>analysis<|message|>a", null)]
    [InlineData("<tool_call>{\"name\":\"go\",\"arguments\":{}}</tool_call>", null)]
    [InlineData("One moment. <tool_call>{\"name\":\"go\",\"arguments\":{}}</tool_call>", "One moment.")]
    [InlineData("", null)]
    [InlineData("   ", null)]
    [InlineData("…", null)]
    public async Task Only_what_is_said_is_heard_and_an_empty_answer_asks_again(string content, string? heard)
    {
        var delta = JsonSerializer.Serialize(new { content }, JsonSerializerOptions.Default);
        Assert.Equal(heard ?? Answers.NoAnswer, await HearAsync(Canned.Events(FakeOpenAi.Delta(delta, "stop"), "[DONE]")));
    }

    /// <summary>Templates of many models refuse a conversation that does not begin with the user, or in which a role follows itself.</summary>
    [Fact]
    public async Task Strict_template_takes_what_is_sent_whatever_happened_before()
    {
        Canned? instead = null;
        using var server = new CannedServer
        {
            Choose = body => !Alternates(body) ? Canned.Text("{\"error\":{\"message\":\"roles must alternate\"}}", 400)
                : instead ?? Canned.Events(FakeOpenAi.Delta(Hello, "stop"), "[DONE]"),
        };
        await using var session = await StartAsync(server);
        await session.SendAsync(new Greet());
        await session.NextAsync<TurnComplete>();
        Assert.Equal("Hello there.", (await session.AskAsync("after a greeting")).Heard);
        instead = Canned.Text("", 500);
        Assert.Equal(Apologies.ForFault(EngineFault.Failed, "en"), (await session.AskAsync("fails")).Heard);
        instead = Canned.Events("[DONE]");
        Assert.Equal(Answers.NoAnswer, (await session.AskAsync("is empty")).Heard);
        instead = null;
        await session.SendAsync(Perform.Ask("quick"));
        await session.SendAsync(new Interrupt());
        await session.SendAsync(Perform.Ask("quick again"));
        await session.NextAsync<TurnComplete>();
        Assert.Equal("Hello there.", (await session.AskAsync("after two quick ones")).Heard);
        await session.SendAsync(Perform.Say("Something of its own."));
        await session.NextAsync<TurnComplete>();
        Assert.Equal("Hello there.", (await session.AskAsync("after its own words")).Heard);
    }

    /// <summary>Real time: the server is silent until the sentence has been heard, and then breaks off.</summary>
    [Fact]
    public async Task Finished_sentence_is_heard_while_the_server_is_silent_and_is_not_lost_when_it_breaks_off()
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new CannedServer(Canned.Text($"data: {FakeOpenAi.Delta("{\"content\":\"One moment. \"}")}\n\n") with
        {
            Break = true,
            Pause = (piece, token) => piece == 0 ? Task.CompletedTask : heard.Task.WaitAsync(token),
        });
        await using var session = await FaultSession.StartAsync(time => Answers.Client(server, time), time: TimeProvider.System);
        await session.SendAsync(Perform.Ask("Hi"));
        Assert.Equal("One moment.", (await session.NextAsync<SegmentBegan>()).Text);
        await session.NextAsync<SpeechChunk>();
        heard.SetResult();
        Assert.Equal(EngineFault.Failed, (await session.NextAsync<TurnFailed>()).Fault);
        Assert.StartsWith("Sorry", (await session.NextAsync<SegmentBegan>()).Text, StringComparison.Ordinal);
    }

    /// <summary>A model that is loaded first, or thinks: comments and thoughts are life, and the person is told to wait.</summary>
    [Theory]
    [InlineData(": keep-alive\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n")]
    public async Task Model_that_gives_signs_of_life_is_waited_for_and_a_filler_is_heard(string life)
    {
        Conformance.Time.ManualTimeProvider? clock = null;
        var answer = $"data: {FakeOpenAi.Delta(Hello, "stop")}\n\ndata: [DONE]\n\n";
        using var server = new CannedServer(
            new Canned([.. Enumerable.Repeat(life, 12).Append(answer).Select(System.Text.Encoding.UTF8.GetBytes)])
            {
                Pause = (piece, _) =>
                {
                    // 20 s of silence before each piece: four minutes in all, and no silence longer than a minute.
                    if (piece is > 0 and <= 12)
                    {
                        clock!.Advance(TimeSpan.FromSeconds(20));
                    }

                    return Task.CompletedTask;
                },
            });
        await using var session = await StartAsync(server);
        clock = session.Time;
        var turn = await session.AskAsync("Hi");
        Assert.Null(turn.Failure);
        Assert.Equal("Hello there.", turn.Spoken[^1]);
    }

    [Fact]
    public async Task Silent_model_is_given_up_after_a_minute_with_a_filler_before_and_an_apology()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new CannedServer(Canned.Text("") with
        {
            Pause = (_, token) =>
            {
                asked.TrySetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
        });
        await using var session = await StartAsync(server);
        await session.SendAsync(Perform.Ask("Hi"));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var filler = session.NextAsync<SegmentBegan>();
        while (!filler.IsCompleted)
        {
            session.Time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        Assert.Equal(Apologies.OneMoment("en"), (await filler).Text);
        var failed = session.NextAsync<TurnFailed>();
        while (!failed.IsCompleted)
        {
            session.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(EngineFault.Timeout, (await failed).Fault);
        Assert.StartsWith("Sorry, that is taking too long", (await session.NextAsync<SegmentBegan>()).Text, StringComparison.Ordinal);
    }

    private static Task<FaultSession> StartAsync(CannedServer server) => FaultSession.StartAsync(time => Answers.Client(server, time));

    private static async Task<string> HearAsync(Canned canned)
    {
        using var server = new CannedServer(canned);
        await using var session = await StartAsync(server);
        var turn = await session.AskAsync("Hi");
        Assert.Null(turn.Failure);
        return turn.Heard;
    }

    private static bool Alternates(string body)
    {
        using var request = JsonDocument.Parse(body);
        var roles = request.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()).ToList();
        var talk = roles[0] == "system" ? roles[1..] : roles;
        return talk.Count % 2 == 1 && talk.Index().All(one => one.Item == (one.Index % 2 == 0 ? "user" : "assistant"));
    }
}
