using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary><c>kill -9</c> at each step of a session's life: what was acknowledged is there after a restart, once.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(Step.Created, "CREATED", false)]
    [InlineData(Step.Started, "IN_PROGRESS", false)]
    [InlineData(Step.Answered, "IN_PROGRESS", true)]
    [InlineData(Step.Cleared, "IN_PROGRESS", true)]
    [InlineData(Step.Logged, "IN_PROGRESS", true)]
    [InlineData(Step.Ended, "TERMINATED", true)]
    public async Task A_killed_server_forgets_nothing_it_said_it_had_done(Step last, string status, bool history)
    {
        await using var server = await StartAsync();
        var began = Stopwatch.GetTimestamp();
        var prompt = (await PostAsync("prompt/", """{"name":"Clerk","system_prompt":"You are a clerk.","intro_message":"Welcome."}"""))
            .GetProperty("prompt_id")
            .GetString();
        var created = await PostAsync("session/", $$"""{"capability":["LLM"],"prompt":"{{prompt}}","extra_data":{"kept":[1,null,"☃"]} }""");
        var id = created.GetProperty("session_id").GetString()!;
        for (var step = Step.Started; step <= last; step++)
        {
            await DoAsync(step, id);
        }

        var before = await GetAsync($"session/{id}/");
        await server.KillAsync();
        var lived = Stopwatch.GetElapsedTime(began);
        await server.RestartAsync();
        var after = await GetAsync($"session/{id}/");
        Assert.Equal(status, after.GetProperty("status").GetString());
        Assert.Equal(created.GetProperty("created_at").GetString(), after.GetProperty("created_at").GetString());
        Assert.Equal("""{"kept":[1,null,"☃"]}""", after.GetProperty("extra_data").GetRawText());
        Assert.Equal("Clerk", after.GetProperty("prompt").GetProperty("name").GetString());
        // The time after the last metering tick is in doubt, and never counted twice.
        Assert.InRange(after.GetProperty("duration_sec").GetInt64(), 0, (long)lived.TotalSeconds);
        if (last == Step.Ended)
        {
            Assert.Equal(before.GetRawText(), after.GetRawText());
            using var refused = await _http.PostAsync($"session/{id}/llm/", Json("""{"message":"hi","clear_history":false}"""), Token);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        else
        {
            Assert.Equal(history, await HasHistoryAsync(server, id));
            await DoAsync(Step.Answered, id);
            await DoAsync(Step.Ended, id);
            Assert.Equal("GRACEFUL_TERMINATION", (await GetAsync($"session/{id}/")).GetProperty("termination_reason").GetString());
        }
    }

    [Fact]
    public async Task Sessions_acknowledged_under_load_are_there_after_the_kill()
    {
        await using var server = await StartAsync();
        var acknowledged = new ConcurrentQueue<string>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, 8).Select(_ => CreateUntilKilledAsync(acknowledged, enough)).ToArray();
        await enough.Task.WaitAsync(Token);
        await server.KillAsync();
        await Task.WhenAll(clients);
        await server.RestartAsync();
        foreach (var id in acknowledged)
        {
            Assert.Equal(id, (await GetAsync($"session/{id}/")).GetProperty("session_id").GetString());
        }
    }

    public enum Step
    {
        Created,
        Started,
        Answered,
        Cleared,
        Logged,
        Ended,
    }

    private async Task<ServerProcess> StartAsync()
    {
        var server = await ServerProcess.StartAsync();
        _http.BaseAddress = new Uri(server.Address, "api/v1/");
        return server;
    }

    private async Task CreateUntilKilledAsync(ConcurrentQueue<string> acknowledged, TaskCompletionSource enough)
    {
        try
        {
            while (true)
            {
                acknowledged.Enqueue((await PostAsync("session/", """{"capability":["LLM"]}""")).GetProperty("session_id").GetString()!);
                if (acknowledged.Count >= 100)
                {
                    enough.TrySetResult();
                }
            }
        }
        catch (HttpRequestException)
        {
            // The server was killed, as it should be.
        }
    }

    private async Task DoAsync(Step step, string id)
    {
        var (path, body) = step switch
        {
            Step.Started => ("event/create/", """{"event":"SESSION_START"}"""),
            Step.Answered => ("llm/", """{"message":"Who are you?","clear_history":false}"""),
            Step.Cleared => ("llm/", """{"message":"What can you do?","clear_history":true}"""),
            Step.Logged => ("event/create/", """{"event":"SESSION_LOG","detail":"note"}"""),
            _ => ("event/create/", """{"event":"SESSION_END"}"""),
        };
        using var response = await _http.PostAsync($"session/{id}/{path}", Json(body), Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        await response.Content.ReadAsStringAsync(Token);
    }

    private static async Task<bool> HasHistoryAsync(ServerProcess server, string id)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/api/v1/session/{id}/ws/"), Token);
        var buffer = new byte[4096];
        var part = await socket.ReceiveAsync(buffer.AsMemory(), Token);
        using var ready = JsonDocument.Parse(buffer.AsMemory(0, part.Count));
        return ready.RootElement.GetProperty("payload").GetProperty("history_present").GetBoolean();
    }

    private async Task<JsonElement> PostAsync(string path, string json)
    {
        using var response = await _http.PostAsync(path, Json(json), Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path, Token);

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
