using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Dialects.AIAvatarKit;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

public sealed class KitTests
{
    private const string Key = "a-key-of-my-own";

    private readonly HostFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "{", HttpStatusCode.UnprocessableEntity)]
    [InlineData(null, """{"text":"Hi"}""", HttpStatusCode.BadRequest)]
    [InlineData(null, """{"session_id":"s1","text":"Hi"}""", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer wrong", """{"session_id":"s1","text":"Hi"}""", HttpStatusCode.Unauthorized)]
    [InlineData("bearer " + Key, """{"session_id":"s1","text":"Hi"}""", HttpStatusCode.OK)]
    public async Task The_body_is_checked_before_the_key(string? authorization, string body, HttpStatusCode status)
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { ApiKey = Key }, _fixture);
        server.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await server.PostAsync("/chat", body);
        Assert.Equal(status, answer.StatusCode);
        if (status == HttpStatusCode.Unauthorized)
        {
            Assert.Equal("""{"detail":"Invalid or missing API Key"}""", await answer.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task A_tenants_conversations_are_its_own()
    {
        var keys = new Dictionary<string, string> { ["acme"] = "key-of-acme", ["beta"] = "key-of-beta" };
        await using var server = await KitServer.StartAsync(fixture: _fixture, keys: keys);
        foreach (var key in keys.Values)
        {
            server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            await server.TextAsync("/chat", """{"session_id":"s1","context_id":"c1","text":"Hi"}""");
        }

        Assert.Equal(2, server.Host.ActiveSessions);
        Assert.DoesNotContain(_fixture.Engines.Chat.Calls[1], message => message.Text.StartsWith("You said", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public async Task A_conversation_is_remembered_until_it_expires(int minutes, bool remembered)
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        var first = Context(await server.TextAsync("/chat", """{"session_id":"s1","context_id":null,"text":"one"}"""));
        _fixture.Time.Advance(TimeSpan.FromMinutes(minutes));
        var second = Context(await server.TextAsync("/chat", $$"""{"session_id":"s1","context_id":"{{first}}","text":"two"}"""));
        Assert.Equal(remembered, first == second);
        Assert.Equal(remembered, _fixture.Engines.Chat.Calls[1].Any(message => message.Text == "one"));
        if (!remembered)
        {
            // The old one is gone by now; its id begins a conversation of another.
            Assert.NotEqual(first, Context(await server.TextAsync("/chat", $$"""{"session_id":"s1","context_id":"{{first}}","text":"three"}""")));
        }
    }

    [Fact]
    public async Task A_wakeword_is_needed_until_one_was_said_and_after_a_while()
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { Wakewords = ["hello"] }, _fixture);
        Assert.Equal(["final"], Types(await server.TextAsync("/chat", """{"session_id":"s1","context_id":"c1","text":"What time is it?"}""")));
        foreach (var text in new[] { "Hello there", "And now?" })
        {
            var told = await server.TextAsync("/chat", $$"""{"session_id":"s1","context_id":"c1","text":"{{text}}"}""");
            Assert.Equal(["start", "chunk", "final"], Types(told));
        }

        _fixture.Time.Advance(TimeSpan.FromSeconds(90));
        var asleep = await server.TextAsync("/chat", """{"session_id":"s1","context_id":"c1","text":"And now?"}""");
        Assert.Contains("\"context_id\":null,\"text\":\"\",\"voice_text\":\"\"", asleep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wakeword_wakes_the_socket()
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { Wakewords = ["hello"] }, _fixture);
        await using var client = await KitClient.StartAsync(server);
        // A client that does not read answers no pings.
        var reading = client.ReadUntilAsync("final");
        foreach (var text in new[] { "what is this", "hello you" })
        {
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _fixture.Engines.Recognizer.Hear = () =>
            {
                heard.TrySetResult();
                return new Transcript(text, 1, true);
            };
            await client.SpeakAsync(20, 1000);
            await client.SpeakAsync(20, 0);
            await heard.Task.WaitAsync(Token);
        }

        var answer = await reading;
        Assert.Equal(["stop", "start", "chunk", "final"], answer.Select(Type));
        Assert.Equal("hello you", answer[1].GetProperty("metadata").GetProperty("request_text").GetString());
    }

    [Fact]
    public async Task Speaking_over_an_answer_that_is_being_made_ends_it()
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        await using var client = await KitClient.StartAsync(server);
        _fixture.Engines.Chat.Answer = static (_, token) => EndlessAsync(token);
        await client.SendAsync(new { type = "invoke", session_id = "s1", text = "Tell me all" });
        await client.ReadUntilAsync("chunk");
        await client.SpeakAsync(20, 1000);
        var cut = await client.ReadUntilAsync("voiced");
        Assert.Equal(["final", "stop", "voiced"], cut.Select(Type).Where(type => type != "chunk"));
        Assert.True(cut.Single(message => Type(message) == "final").GetProperty("metadata").GetProperty("interrupted").GetBoolean());
    }

    [Fact]
    public async Task A_request_may_wait_for_the_one_before()
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        await using var client = await KitClient.StartAsync(server);
        var go = new TaskCompletionSource();
        _fixture.Engines.Chat.Answer = (question, token) => AfterAsync(go.Task.WaitAsync(token), $"You said {question}.");
        await client.SendAsync(new { type = "invoke", session_id = "s1", text = "one" });
        await client.SendAsync(new { type = "invoke", session_id = "s1", text = "two", wait_in_queue = true });
        await client.ReadUntilAsync("accepted");
        go.SetResult();
        Assert.Equal("You said one.", (await client.ReadUntilAsync("final"))[^1].GetProperty("text").GetString());
        Assert.Equal("You said two.", (await client.ReadUntilAsync("final"))[^1].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Audio_is_cut_into_pieces_on_demand()
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { ResponseAudioChunkSize = 24_000 }, _fixture);
        await using var client = await KitClient.StartAsync(server);
        _fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("[face:joy]Hi there.");
        await client.SendAsync(new { type = "invoke", session_id = "s1", text = "Hi" });
        var pieces = (await client.ReadUntilAsync("final")).Where(message => Type(message) == "chunk").ToList();
        // 9 characters are 900 ms, which are 43,200 bytes.
        Assert.Equal([24_000, 19_200], pieces.Select(piece => piece.GetProperty("audio_data").GetBytesFromBase64().Length));
        Assert.Equal(["[face:joy]Hi there.", null], pieces.Select(piece => piece.GetProperty("text").GetString()));
        Assert.Equal(24000, pieces[1].GetProperty("metadata").GetProperty("pcm_format").GetProperty("sample_rate").GetInt32());
    }

    [Fact]
    public async Task A_model_that_fails_is_told_and_the_apology_is_said()
    {
        _fixture.Engines.Chat.Answer = static (_, _) => throw new EngineException(EngineFault.Failed, "The model broke.");
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        var told = await server.TextAsync("/chat", """{"session_id":"s1","text":"Hi"}""");
        Assert.Equal(["start", "error", "chunk", "final"], Types(told));
        Assert.Contains("\"error\":\"The model broke.\"", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_takes_its_key_from_the_header_or_the_subprotocol(bool header)
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { ApiKey = Key }, _fixture);
        var protocol = "Authorization." + Convert.ToBase64String(Encoding.UTF8.GetBytes(Key)).TrimEnd('=');
        await using var client = await KitClient.ConnectAsync(server, "/ws", options =>
        {
            if (header)
            {
                options.SetRequestHeader("Authorization", "Bearer " + Key);
            }
            else
            {
                options.AddSubProtocol(protocol);
            }
        });
        Assert.Equal(header ? null : protocol, client.Socket.SubProtocol);
        await client.SendAsync(new { type = "start", session_id = "s1" });
        await client.ReadUntilAsync("connected");
    }

    [Fact]
    public async Task A_socket_without_its_key_is_closed()
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { ApiKey = Key }, _fixture);
        await using var client = await KitClient.ConnectAsync(server);
        Assert.Null(await client.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, client.CloseStatus);
    }

    [Fact]
    public async Task Recognition_alone_reports_what_is_said()
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        await using var client = await KitClient.ConnectAsync(server, "/ws/stt");
        await client.SendAsync(new { type = "start", session_id = "s1" });
        await client.ReadUntilAsync("connected");
        await client.SpeakAsync(20, 1000);
        await client.SpeakAsync(20, 0);
        var final = (await client.ReadUntilAsync("final"))[^1];
        Assert.Equal("hello", final.GetProperty("text").GetString());
        Assert.True(final.GetProperty("is_final").GetBoolean());
        Assert.Empty(_fixture.Engines.Chat.Calls);
    }

    [Fact]
    public async Task What_is_off_is_not_served()
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { Enabled = false }, _fixture);
        using var answer = await server.PostAsync("/chat", "{}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async IAsyncEnumerable<string> EndlessAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return "This is the first. ";
        yield return "This is the second. ";
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
    }

    private static async IAsyncEnumerable<string> AfterAsync(Task before, string text)
    {
        await before;
        yield return text;
    }

    private static string Type(JsonElement message) => message.GetProperty("type").GetString()!;

    private static IEnumerable<JsonElement> Events(string stream) => stream.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
        .Select(line => JsonDocument.Parse(line[6..]).RootElement);

    private static IEnumerable<string> Types(string stream) => Events(stream).Select(Type);

    private static string Context(string stream) => Events(stream).First().GetProperty("context_id").GetString()!;
}
