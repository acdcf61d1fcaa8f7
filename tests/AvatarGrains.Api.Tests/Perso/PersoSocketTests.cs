using System.Net.WebSockets;
using System.Text.Json;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

public sealed class PersoSocketTests
{
    private readonly HostFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_says_what_the_session_can()
    {
        await using var server = await StartAsync();
        var id = await server.CreateAsync();
        await using var socket = await SocketClient.ConnectAsync(server, id);
        Assert.Equal(
            """{"type":"session.ready","payload":{"session_id":"ID","status":"IN_PROGRESS","capabilities":["LLM","TTS","STT"],"history_present":false}}"""
                .Replace(
                    "ID", id, StringComparison.Ordinal),
            (await socket.ReadAsync())!.Value.GetRawText());
    }

    [Fact]
    public async Task A_model_with_too_much_to_do_is_the_providers_error()
    {
        _fixture.Engines.Chat.Answer = (_, _) => throw new EngineException(EngineFault.Overloaded, "the endpoint answered 429");
        await using var server = await StartAsync(_fixture);
        await using var socket = await SocketClient.ConnectAsync(server, await server.CreateAsync());
        await socket.ReadUntilAsync("session.ready");
        await socket.SendAsync("llm.request", "q", new { messages = new[] { new { role = "user", content = "hi" } } });
        var refused = (await socket.ReadUntilAsync("llm.error"))[^1].GetProperty("payload");
        Assert.Equal("provider_error", refused.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(false, "ws_session_not_found")]
    [InlineData(true, "ws_session_not_ready")]
    public async Task A_session_that_is_not_there_closes_the_socket_with_the_reason(bool ended, string reason)
    {
        await using var server = await StartAsync();
        var id = ended ? await server.CreateAsync() : "nobody";
        if (ended)
        {
            await server.Host.Open(id).SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
        }

        await using var socket = await SocketClient.ConnectAsync(server, id);
        Assert.Null(await socket.ReadAsync());
        Assert.Equal(reason, socket.CloseReason);
    }

    [Fact]
    public async Task A_newer_socket_takes_over()
    {
        await using var server = await StartAsync();
        var id = await server.CreateAsync();
        await using var older = await ReadyAsync(server, id);
        await using var newer = await ReadyAsync(server, id);
        Assert.Equal("session.displaced", (await older.ReadAsync())!.Value.GetProperty("type").GetString());
        Assert.Null(await older.ReadAsync());
        await newer.SendAsync("llm.request", "1", new { messages = new[] { new { role = "user", content = "hi" } } });
        await newer.ReadUntilAsync("llm.finish");
    }

    [Fact]
    public async Task The_end_of_the_session_is_told_with_its_reason()
    {
        await using var server = await StartAsync();
        var id = await server.CreateAsync();
        await using var socket = await ReadyAsync(server, id);
        await server.Host.Open(id).SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
        var ended = (await socket.ReadUntilAsync("session.terminated"))[^1];
        Assert.Equal("GRACEFUL_TERMINATION", ended.GetProperty("payload").GetProperty("code").GetString());
        Assert.Null(await socket.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task An_answer_comes_in_deltas()
    {
        _fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("One sen", "tence. Two", " more.");
        await using var server = await StartAsync(_fixture);
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("llm.request", "q", new { messages = new[] { new { role = "user", content = "hi" } } });
        Assert.Equal(
            [
                """{"type":"llm.delta","id":"q","payload":{"role":"assistant","content":"One sentence.","sentence_complete":true}}""",
                """{"type":"llm.delta","id":"q","payload":{"content":" Two more.","sentence_complete":true}}""",
                """{"type":"llm.finish","id":"q","payload":{"reason":"stop"}}""",
            ],
            (await socket.ReadUntilAsync("llm.finish")).Select(one => one.GetRawText()));
    }

    [Fact]
    public async Task Tools_of_the_client_are_called()
    {
        _fixture.Engines.Chat.Instead = new ToolCallingModel();
        await using var server = await StartAsync(_fixture);
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("llm.request", "q", new
        {
            messages = new[] { new { role = "user", content = "weather?" } },
            tools = new[]
            {
                new { type = "function", function = new { name = "get_weather", description = "", parameters = new { type = "object" } } },
            },
        });
        Assert.Equal(
            [
                """{"type":"llm.tool_call","id":"q","payload":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Seoul\"}"}}],"synthetic":false}}""",
                """{"type":"llm.finish","id":"q","payload":{"reason":"tool_calls"}}""",
            ],
            (await socket.ReadUntilAsync("llm.finish")).Select(one => one.GetRawText()));
    }

    [Fact]
    public async Task A_cancelled_answer_ends_with_its_own_error()
    {
        _fixture.Engines.Chat.Answer = (_, token) => Forever(token);
        await using var server = await StartAsync(_fixture);
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("llm.request", "q", new { messages = new[] { new { role = "user", content = "hi" } } });
        await socket.ReadUntilAsync("llm.delta");
        await socket.SendAsync("cancel.request", "c", new { target_id = "q" });
        var all = new List<JsonElement> { (await socket.ReadAsync())!.Value, (await socket.ReadAsync())!.Value };
        var result = all.Single(one => one.GetProperty("type").GetString() == "cancel.result");
        Assert.Equal("""{"target_id":"q","cancelled":true,"modality":"llm"}""", result.GetProperty("payload").GetRawText());
        Assert.Equal(
            "cancelled",
            all.Single(one => one.GetProperty("type").GetString() == "llm.error").GetProperty("payload").GetProperty("code").GetString());
        await socket.SendAsync("cancel.request", "d", new { target_id = "nothing" });
        Assert.Equal(
            """{"target_id":"nothing","cancelled":false,"modality":null}""", (await socket.ReadAsync())!.Value.GetProperty("payload").GetRawText());
    }

    [Fact]
    public async Task Four_answers_at_once_are_one_too_many()
    {
        _fixture.Engines.Chat.Answer = (_, token) => Forever(token);
        await using var server = await StartAsync(_fixture);
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        for (var i = 0; i < 4; i++)
        {
            await socket.SendAsync("llm.request", $"q{i}", new { messages = new[] { new { role = "user", content = "hi" } } });
        }

        var refused = (await socket.ReadUntilAsync("llm.error"))[^1];
        Assert.Equal(("q3", "llm_busy"), (refused.GetProperty("id").GetString(), refused.GetProperty("payload").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Speech_comes_in_chunks_of_24_kHz()
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("tts.request", "t", new { text = "AB", output_format = "pcm" });
        var all = await socket.ReadUntilAsync("tts.finish");
        Assert.Equal([0, 1], all.SkipLast(1).Select(one => one.GetProperty("payload").GetProperty("seq").GetInt32()));
        var pcm = all.SkipLast(1).SelectMany(one => one.GetProperty("payload").GetProperty("audio_b64").GetBytesFromBase64()).ToArray();
        Assert.Equal(2 * 240 * sizeof(short), pcm.Length);
        Assert.Equal("""{"format":"pcm_24000","sample_rate":24000}""", all[^1].GetProperty("payload").GetRawText());
    }

    [Fact]
    public async Task A_file_is_recognised()
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync(
            "stt.request", "s",
            new { audio_b64 = Convert.ToBase64String(WaveFile.Write(new short[1600], 16000)), mime = "audio/wav", language = "en" });
        Assert.Equal(
            """{"type":"stt.result","id":"s","payload":{"text":"hello","normalized_text":"hello","locale":"en"}}""",
            (await socket.ReadAsync())!.Value.GetRawText());
    }

    [Theory]
    [InlineData("stt", """{"type":"stt.result","id":"e","payload":{"text":"hello","normalized_text":"hello","locale":null}}""")]
    [InlineData("realtime_stt", """{"type":"realtime_stt.finished","id":"e","payload":{"utterance_count":1}}""")]
    public async Task A_stream_is_recognised_in_the_family_it_was_opened_in(string family, string end)
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync(
            $"{family}.start", "s", new { language = (string?)null, audio_format = "pcm_s16le", sample_rate = 16000, num_channels = 1 });
        Assert.Equal($"{family}.started", (await socket.ReadAsync())!.Value.GetProperty("type").GetString());
        var loud = new byte[3200];
        Array.Fill(loud, (byte)1);
        await socket.SendAsync($"{family}.audio_chunk", null, new { audio_b64 = Convert.ToBase64String(loud) });
        await socket.SendAsync($"{family}.audio_chunk", null, new { audio_b64 = Convert.ToBase64String(new byte[3200]) });
        await socket.SendAsync($"{family}.stop", "e", new { });
        var all = await socket.ReadUntilAsync(family == "stt" ? "stt.result" : "realtime_stt.finished");
        Assert.Equal(end, all[^1].GetRawText());
        if (family == "realtime_stt")
        {
            Assert.Equal("""{"seq":1,"text":"hello","normalized_text":"hello","language":null}""", all[^2].GetProperty("payload").GetRawText());
        }
    }

    [Theory]
    [InlineData("pcm_s16le", 2)]
    [InlineData("pcm_s24le", 3)]
    [InlineData("pcm_s32le", 4)]
    [InlineData("pcm_f32le", 4)]
    public async Task A_stream_may_have_any_width_and_be_cut_anywhere(string format, int width)
    {
        var heard = new List<short>();
        _fixture.Engines.Recognizer.Heard = samples => heard.AddRange(samples);
        await using var server = await StartAsync(_fixture);
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("stt.start", "s", new { audio_format = format });
        await socket.ReadUntilAsync("stt.started");
        short[] loud = [.. Enumerable.Range(1, 320).Select(i => (short)(i * (i % 2 == 0 ? 100 : -100)))];
        var bytes = loud.SelectMany(sample => Written(format, sample)).ToArray();
        Assert.Equal(loud.Length * width, bytes.Length);
        foreach (var chunk in bytes.Chunk(101))
        {
            await socket.SendAsync("stt.audio_chunk", null, new { audio_b64 = Convert.ToBase64String(chunk) });
        }

        await socket.SendAsync("stt.audio_chunk", null, new { audio_b64 = Convert.ToBase64String(new byte[width * 640]) });
        await socket.SendAsync("stt.stop", "e", new { });
        await socket.ReadUntilAsync("stt.result");
        Assert.Equal(loud, heard.SkipWhile(sample => sample == 0).Take(loud.Length));
    }

    private static byte[] Written(string format, short sample) => format switch
    {
        "pcm_s16le" => BitConverter.GetBytes(sample),
        "pcm_s24le" => [0, .. BitConverter.GetBytes(sample)],
        "pcm_s32le" => [0, 0, .. BitConverter.GetBytes(sample)],
        _ => BitConverter.GetBytes((sample + (sample > 0 ? 0.5f : -0.5f)) / 32767f),
    };

    [Fact]
    public async Task A_stream_that_falls_silent_is_closed_after_half_a_minute()
    {
        await using var server = await StartAsync(_fixture);
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("stt.start", "s", new { });
        await socket.ReadUntilAsync("stt.started");
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("stream_idle_timeout", (await socket.ReadUntilAsync("stt.error"))[^1].GetProperty("payload").GetProperty("code").GetString());
        await socket.SendAsync("stt.audio_chunk", null, new { audio_b64 = "AAAA" });
        Assert.Equal("stream_state", (await socket.ReadUntilAsync("stt.error"))[^1].GetProperty("payload").GetProperty("code").GetString());
        await socket.SendAsync("stt.start", "again", new { });
        await socket.ReadUntilAsync("stt.started");
        await socket.SendAsync("stt.start", "twice", new { });
        Assert.Equal("stream_busy", (await socket.ReadUntilAsync("stt.error"))[^1].GetProperty("payload").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("nonsense", "error", "bad_envelope")]
    [InlineData("[]", "error", "bad_envelope")]
    [InlineData("""{"type":7}""", "error", "bad_envelope")]
    [InlineData("""{"type":"llm.request","payload":[]}""", "error", "bad_envelope")]
    [InlineData("""{"type":"llm.request","payload":{}}""", "error", "bad_envelope")]
    [InlineData("""{"type":"llm.request","id":"a","payload":{"messages":"x"}}""", "error", "bad_envelope")]
    [InlineData("""{"type":"llm.request","id":"a","payload":{"messages":[]}}""", "llm.error", "invalid")]
    [InlineData("""{"type":"fly.away","id":"a","payload":{}}""", "error", "unknown_type")]
    [InlineData("""{"type":"tts.request","id":"a","payload":{"text":""}}""", "tts.error", "invalid_text")]
    [InlineData("""{"type":"tts.request","id":"a","payload":{"text":"x","output_format":"midi"}}""", "tts.error", "invalid_format")]
    [InlineData("""{"type":"stt.request","id":"a","payload":{"audio_b64":"%%%"}}""", "error", "bad_envelope")]
    [InlineData("""{"type":"stt.request","id":"a","payload":{"audio_b64":"AAAA"}}""", "stt.error", "invalid_audio")]
    [InlineData("""{"type":"stt.start","id":"a","payload":{"audio_format":"opus"}}""", "stt.error", "mode_unsupported")]
    [InlineData("""{"type":"stt.audio_chunk","payload":{"audio_b64":"AAAA"}}""", "stt.error", "stream_state")]
    [InlineData("""{"type":"stt.stop","id":"a","payload":{}}""", "stt.error", "stream_state")]
    [InlineData("""{"type":"cancel.request","id":"a","payload":{}}""", "error", "bad_envelope")]
    public async Task Wrong_messages_are_answered_and_the_socket_goes_on(string message, string type, string code)
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync(message);
        var answer = (await socket.ReadAsync())!.Value;
        Assert.Equal((type, code), (answer.GetProperty("type").GetString(), answer.GetProperty("payload").GetProperty("code").GetString()));
        await socket.SendAsync("llm.request", "q", new { messages = new[] { new { role = "user", content = "hi" } } });
        await socket.ReadUntilAsync("llm.finish");
    }

    [Fact]
    public async Task Too_much_is_refused_and_the_socket_goes_on()
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync("tts.request", "a", new { text = new string('a', 4001) });
        Assert.Equal(("tts.error", "oversize"), TypeAndCode(await socket.ReadAsync()));
        await socket.SendAsync("tts.request", "b", new { text = new string('a', 7 << 20) });
        Assert.Equal(("error", "oversize"), TypeAndCode(await socket.ReadAsync()));
    }

    [Theory]
    [InlineData("fly.away", "error")]
    [InlineData("tts.request", "tts.error")]
    [InlineData("realtime_stt.audio_chunk", "realtime_stt.error")]
    public async Task Messages_beyond_the_rate_are_refused_one_by_one(string type, string answer)
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        for (var i = 0; i < 220; i++)
        {
            await socket.SendAsync(type, $"{i}", new { text = "" });
        }

        JsonElement last = default;
        for (var i = 0; i < 220; i++)
        {
            last = (await socket.ReadAsync())!.Value;
        }

        Assert.Equal((answer, "ws_rate_limited"), TypeAndCode(last));
        Assert.Equal("219", last.GetProperty("id").GetString());
        Assert.True(last.GetProperty("payload").GetProperty("retry_after_ms").GetInt32() > 0);
    }

    [Theory]
    [InlineData("stt")]
    [InlineData("realtime_stt")]
    public async Task A_cancelled_stream_ends_with_its_own_error_and_makes_room(string family)
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync());
        await socket.SendAsync($"{family}.start", "s", new { });
        await socket.ReadUntilAsync($"{family}.started");
        await socket.SendAsync("cancel.request", "c", new { target_id = "s" });
        Assert.Equal((family + ".error", "cancelled"), TypeAndCode(await socket.ReadAsync()));
        Assert.Equal(
            """{"type":"cancel.result","id":"c","payload":{"target_id":"s","cancelled":true,"modality":"stt"}}""",
            (await socket.ReadAsync())!.Value.GetRawText());
        await socket.SendAsync($"{family}.start", "again", new { });
        await socket.ReadUntilAsync($"{family}.started");
    }

    [Fact]
    public async Task A_session_made_for_turns_gets_utterances_in_the_older_family_too()
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync("""{"capability":["STT"],"stt_type":"default-turns"}"""));
        await socket.SendAsync("stt.start", "s", new { language = "en" });
        await socket.ReadUntilAsync("stt.started");
        var loud = new byte[3200];
        Array.Fill(loud, (byte)1);
        await socket.SendAsync("stt.audio_chunk", "s", new { audio_b64 = Convert.ToBase64String(loud) });
        await socket.SendAsync("stt.audio_chunk", "s", new { audio_b64 = Convert.ToBase64String(new byte[3200]) });
        await socket.SendAsync("stt.stop", "s", new { });
        var all = await socket.ReadUntilAsync("stt.result");
        Assert.Equal(
            """{"type":"stt.utterance","id":"s","payload":{"seq":1,"text":"hello","normalized_text":"hello","locale":"en"}}""", all[^2].GetRawText());
        Assert.Equal(
            """{"type":"stt.result","id":"s","payload":{"text":"","normalized_text":"","locale":"en","utterance_count":1}}""", all[^1].GetRawText());
    }

    [Fact]
    public async Task A_session_without_the_capability_refuses()
    {
        await using var server = await StartAsync();
        await using var socket = await ReadyAsync(server, await server.CreateAsync("""{"capability":["LLM"]}"""));
        await socket.SendAsync("tts.request", "a", new { text = "x" });
        Assert.Equal("capability_not_enabled", (await socket.ReadUntilAsync("tts.error"))[^1].GetProperty("payload").GetProperty("code").GetString());
        await socket.SendAsync("stt.start", "b", new { });
        Assert.Equal("capability_not_enabled", (await socket.ReadUntilAsync("stt.error"))[^1].GetProperty("payload").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_lost_socket_starts_the_grace_time_and_a_new_one_ends_it()
    {
        await using var server = await StartAsync(_fixture);
        var id = await server.CreateAsync();
        await using (await ReadyAsync(server, id))
        {
        }

        await using (var again = await ReadyAsync(server, id))
        {
            _fixture.Time.Advance(TimeSpan.FromMinutes(5));
            await again.SendAsync("llm.request", "q", new { messages = new[] { new { role = "user", content = "hi" } } });
            await again.ReadUntilAsync("llm.finish");
        }
    }

    private static (string? Type, string? Code) TypeAndCode(JsonElement? message) =>
        (message!.Value.GetProperty("type").GetString(), message.Value.GetProperty("payload").GetProperty("code").GetString());

    private static async IAsyncEnumerable<string> Forever(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return "Well. ";
        yield return "I ";
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private static async Task<SocketClient> ReadyAsync(PersoServer server, string id)
    {
        var socket = await SocketClient.ConnectAsync(server, id);
        await socket.ReadUntilAsync("session.ready");
        return socket;
    }

    private static Task<PersoServer> StartAsync(HostFixture? fixture = null, Action<IServiceCollection>? more = null) =>
        PersoServer.StartAsync(fixture: fixture, more: services =>
        {
            services.AddSingleton<IAudioCodecs>(new PlainResampling());
            more?.Invoke(services);
        });
}
