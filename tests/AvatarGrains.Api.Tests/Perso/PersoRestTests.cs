using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Tests.Perso;

public sealed class PersoRestTests
{
    [Theory]
    [InlineData("llm_type")]
    [InlineData("tts_type")]
    [InlineData("stt_type")]
    [InlineData("stt_type/v2")]
    [InlineData("modelstyle")]
    [InlineData("capability")]
    [InlineData("mcp_type")]
    public async Task Settings_are_lists_with_and_without_the_last_slash(string name)
    {
        await using var server = await PersoServer.StartAsync();
        var with = await server.Http.GetStringAsync($"/api/v1/settings/{name}/");
        Assert.Equal(with, await server.Http.GetStringAsync($"/api/v1/settings/{name}"));
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(with).RootElement.ValueKind);
    }

    [Theory]
    [InlineData("llm/", """{"message":"hi"}""")]
    [InlineData("llm/v2/", """{"messages":[{"role":"user","content":"hi"}]}""")]
    public async Task A_model_with_too_much_to_do_is_429_with_its_retry_after(string path, string body)
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Answer = (_, _) =>
            throw new EngineException(EngineFault.Overloaded, "the endpoint answered 429") { RetryAfter = TimeSpan.FromSeconds(16.2) };
        await using var server = await PersoServer.StartAsync(fixture: fixture);
        var id = await server.CreateAsync();
        var refused = await server.PostAsync($"/api/v1/session/{id}/{path}", body);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(17)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Back again.");
        var answered = await server.PostAsync($"/api/v1/session/{id}/{path}", body);
        Assert.Contains("Back again.", await answered.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_created_read_exchanged_and_ended()
    {
        await using var server = await PersoServer.StartAsync();
        var response = await server.PostAsync(
            "/api/v1/session/",
            """{"using_stf_webrtc":true,"capability":["STF_WEBRTC","LLM","TTS","STT"],"model_style":"yuri-front_natural","prompt":null,"llm_type":"gpt-4o","tts_type":"yuri","stt_type":"default","padding_left":0.5,"extra_data":{"a":1},"unknown":[1]}""");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var created = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("CREATED", created.GetProperty("status").GetString());
        Assert.Equal("gpt-4o", created.GetProperty("llm_type").GetString());
        Assert.Equal("""{"a":1}""", created.GetProperty("extra_data").GetRawText());
        Assert.Equal(JsonValueKind.Null, created.GetProperty("agent").ValueKind);
        var path = $"/api/v1/session/{created.GetProperty("session_id").GetString()}/";

        var view = await server.Http.GetFromJsonAsync<JsonElement>(path);
        Assert.Contains("STF_WEBRTC", view.GetProperty("capability").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal("yuri", view.GetProperty("tts_type").GetProperty("name").GetString());
        Assert.Equal("""{"ice_servers":[]}""", await server.Http.GetStringAsync(path + "ice-servers/"));

        var exchange = await server.PostAsync(path + "exchange/", """{"client_sdp":{"type":"offer","sdp":"v=0 offer"}}""");
        Assert.Equal("""{"server_sdp":{"type":"answer","sdp":"v=0 answer"}}""", await exchange.Content.ReadAsStringAsync());
        Assert.Equal("EXCHANGED", (await server.Http.GetFromJsonAsync<JsonElement>(path)).GetProperty("status").GetString());

        var ended = await server.PostAsync(path + "event/create/", """{"event":"SESSION_END","detail":"bye"}""");
        var body = await ended.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ("SESSION_END", "bye", true),
            (body.GetProperty("event").GetString(), body.GetProperty("detail").GetString(), body.GetProperty("terminate").GetBoolean()));
        view = await server.Http.GetFromJsonAsync<JsonElement>(path);
        Assert.Equal(
            ("TERMINATED", "GRACEFUL_TERMINATION"), (view.GetProperty("status").GetString(), view.GetProperty("termination_reason").GetString()));
    }

    [Fact]
    public async Task An_answer_is_streamed_in_lines_as_sdks_split_them()
    {
        await using var server = await PersoServer.StartAsync();
        var id = await server.CreateAsync();
        foreach (var (path, json) in new[]
        {
            ("llm/", """{"message":"hi","clear_history":true}"""), ("llm/v2/", """{"messages":[{"role":"user","content":"hi"}]}"""),
        })
        {
            var response = await server.PostAsync($"/api/v1/session/{id}/{path}", json);
            var text = await response.Content.ReadAsStringAsync();
            Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
            Assert.DoesNotContain("\n\n", text);
            Assert.EndsWith("\n", text);
            Assert.All(text.TrimEnd('\n').Split('\n'), line =>
            {
                Assert.StartsWith("data: {", line);
                JsonDocument.Parse(line[6..]);
            });
            Assert.Contains("\"status\":\"success\"", text);
        }
    }

    [Theory]
    [InlineData("session/", """{"padding_left":"x"}""", 400, "invalid", "padding_left")]
    [InlineData("session/", """{"padding_left":-2}""", 400, "min_value", "padding_left")]
    [InlineData("session/", """{"padding_height":6}""", 400, "max_value", "padding_height")]
    [InlineData("session/", """{"prompt":"plp-x"}""", 400, "does_not_exist", "prompt")]
    [InlineData("session/", """{"prompt":""}""", 400, "blank", "prompt")]
    [InlineData("session/", """{"llm_type":"hal"}""", 400, "does_not_exist", "llm_type")]
    [InlineData("session/", """{"capability":["FLY"]}""", 400, "does_not_exist", "capability")]
    [InlineData("session/", """{"capability":[]}""", 400, "invalid", "capability")]
    [InlineData("session/", """{"model_style":"../../etc"}""", 400, "does_not_exist", "model_style")]
    [InlineData("session/", """{"background_image":"../x","capability":["STF_WEBRTC"]}""", 400, "does_not_exist", "background_image")]
    [InlineData("session/", """{"mcp_servers":["mcp-1"]}""", 400, "does_not_exist", "mcp_servers")]
    [InlineData("session/", """{"mcp_servers":{}}""", 400, "invalid", "mcp_servers")]
    [InlineData("session/", """{"text_normalization_config":"tnc-1"}""", 400, "does_not_exist", "text_normalization_config")]
    [InlineData("session/", """{"stt_text_normalization_config":"tnc-1"}""", 400, "does_not_exist", "stt_text_normalization_config")]
    [InlineData("session_template/", """{"name":"x","session":{"llm_type":"hal"}}""", 400, "does_not_exist", "llm_type")]
    [InlineData("session_template/", """{"name":"x"}""", 400, "invalid", "session")]
    [InlineData("session/", "nonsense", 400, "invalid", null)]
    [InlineData("session/", "null", 400, "invalid", null)]
    [InlineData("session/", "[1]", 400, "invalid", null)]
    [InlineData("session/none/llm/", """{"message":"hi","clear_history":false}""", 404, "not_found", null)]
    [InlineData("session/none/event/create/", """{"event":"SESSION_START"}""", 404, "not_found", null)]
    [InlineData("session/none/exchange/", """{"client_sdp":{"type":"offer","sdp":"v=0"}}""", 404, "not_found", null)]
    [InlineData("nowhere/", "{}", 404, "not_found", null)]
    public async Task Errors_have_the_dialects_shape(string path, string json, int status, string code, string? attr)
    {
        await using var server = await PersoServer.StartAsync();
        await AssertErrorAsync(await server.PostAsync("/api/v1/" + path, json), status, code, attr);
    }

    [Theory]
    [InlineData("event/create/", """{"event":"SESSION_DANCE"}""", "invalid_choice", "event")]
    [InlineData("event/create/", "{}", "required", "event")]
    [InlineData("exchange/", """{"client_sdp":{"type":"offer","sdp":"rubbish"}}""", "invalid", "client_sdp")]
    [InlineData("exchange/", "{}", "required", "client_sdp")]
    [InlineData("llm/", "{}", "required", "message")]
    [InlineData("llm/", """{"message":" "}""", "blank", "message")]
    [InlineData("llm/v2/", """{"messages":[]}""", "invalid", "messages")]
    [InlineData("llm/v2/", """{"messages":[null]}""", "invalid_choice", "messages")]
    [InlineData("llm/v2/", """{"messages":[{"role":"user","content":"x"}],"tools":[{}]}""", "invalid", "tools")]
    [InlineData("tts/", """{"text":"Hi","output_format":"flac"}""", "invalid_choice", "output_format")]
    [InlineData("tts/", """{"text":""}""", "blank", "text")]
    [InlineData("stt/", "{}", "invalid", null)]
    public async Task Wrong_requests_to_a_session_are_refused(string path, string json, string code, string? attr)
    {
        await using var server = await PersoServer.StartAsync();
        var id = await server.CreateAsync();
        await AssertErrorAsync(await server.PostAsync($"/api/v1/session/{id}/{path}", json), 400, code, attr);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        await using var server = await PersoServer.StartAsync(new PersoOptions { MaxJsonBytes = 1000 });
        var refused = await server.PostAsync("/api/v1/session/", $"{{\"agent\":\"{new string('a', 2000)}\"}}");
        Assert.True(refused.Headers.ConnectionClose);
        await AssertErrorAsync(refused, 413, "payload_too_large", null);
        await server.CreateAsync();
    }

    [Fact]
    public async Task A_client_that_was_refused_for_its_bodys_size_keeps_its_connection()
    {
        await using var server = await PersoServer.StartAsync(new PersoOptions { MaxJsonBytes = 1000 });
        foreach (var size in Enumerable.Range(0, 60).Select(i => 2000 << (i % 6)))
        {
            await AssertErrorAsync(
                await server.PostAsync("/api/v1/session/", $"{{\"agent\":\"{new string('a', size)}\"}}"), 413, "payload_too_large", null);
            Assert.Equal(HttpStatusCode.Created, (await server.PostAsync("/api/v1/session/", """{"capability":["LLM"]}""")).StatusCode);
        }
    }

    [Fact]
    public async Task A_key_is_asked_for_where_sdks_send_it_once_there_is_any()
    {
        await using var server =
            await PersoServer.StartAsync(new PersoOptions { Keys = new Dictionary<string, string> { ["acme"] = "pak-0123456789" } });
        await AssertErrorAsync(await server.Http.GetAsync("/api/v1/settings/llm_type/"), 401, "not_authenticated", null);
        await AssertErrorAsync(await server.PostAsync("/api/v1/session/", "{}"), 401, "not_authenticated", null);
        server.Http.DefaultRequestHeaders.Add("PersoLive-APIKey", "pak-0123456789");
        var id = await server.CreateAsync();
        server.Http.DefaultRequestHeaders.Clear();
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync($"/api/v1/session/{id}/")).StatusCode);
    }

    [Fact]
    public async Task Pages_of_other_origins_may_send_the_key()
    {
        await using var server = await PersoServer.StartAsync();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/v1/session/");
        preflight.Headers.Add("Origin", "http://example.org");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "PersoLive-APIKey,Content-Type");
        var response = await server.Http.SendAsync(preflight);
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains(
            "PersoLive-APIKey", string.Join(",", response.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_api_describes_itself_without_another_server()
    {
        await using var server = await PersoServer.StartAsync();
        var description = await server.Http.GetFromJsonAsync<JsonElement>("/api/openapi/v1.json");
        Assert.True(description.GetProperty("paths").TryGetProperty("/api/v1/session/{id}/exchange", out _));
        Assert.DoesNotContain("https://", await server.Http.GetStringAsync("/api/docs/index.html"));
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string code, string? attr)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {body}");
        var error = Assert.Single(JsonDocument.Parse(body).RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal((code, attr), (error.GetProperty("code").GetString(), error.GetProperty("attr").GetString()));
        Assert.Equal(["code", "detail", "attr"], error.EnumerateObject().Select(member => member.Name));
    }
}
