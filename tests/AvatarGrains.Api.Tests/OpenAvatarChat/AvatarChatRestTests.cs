using System.Net;
using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using Transcript = AvatarGrains.Api.Tests.Perso.Transcript;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>The requests of the API backend, as its clients send them.</summary>
public sealed class AvatarChatRestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_of_a_client()
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("A. ", "Ą.");
        await using var server = await AvatarChatServer.StartAsync(fixture);
        var transcript = new Transcript(server);
        var id = IdOf(await transcript.PostAsync("sessions", """{"session_name":"Próba","language":"en","voice_id":"gosia","user_id":"u1"}"""));
        await transcript.GetAsync($"sessions/{id}");
        await transcript.PostAsync($"sessions/{id}/text", """{"text":"","get_idle_frames":true,"frame_count":2}""");
        await transcript.DeleteAsync($"sessions/{id}");
        await transcript.GetAsync($"sessions/{id}");
        await transcript.DeleteAsync($"sessions/{id}");
        transcript.Compare("openavatarchat-session");
    }

    [Fact]
    public async Task Bad_input()
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { MaxTextLength = 8, MaxAudioBytes = 4000 });
        var transcript = new Transcript(server);
        await transcript.PostAsync("sessions", "{");
        await transcript.PostAsync("sessions", """{"language":5}""");
        var id = IdOf(await transcript.PostAsync("sessions", "null"));
        await transcript.PostAsync($"sessions/{id}/text", "");
        await transcript.PostAsync($"sessions/{id}/text", "{}");
        await transcript.PostAsync($"sessions/{id}/text", """{"text":7}""");
        await transcript.PostAsync($"sessions/{id}/text", """{"text":" "}""");
        await transcript.PostAsync($"sessions/{id}/text", """{"text":"123456789"}""");
        await transcript.PostAsync($"sessions/{id}/audio", "{}");
        await transcript.PostFormAsync($"sessions/{id}/audio", PersoTranscriptTests.Form("file", "a.wav", [1, 2]), "(file)");
        await transcript.PostFormAsync($"sessions/{id}/audio", PersoTranscriptTests.Form("audio", "a.wav", [1, 2, 3]), "(audio: 3 bytes)");
        await transcript.PostFormAsync($"sessions/{id}/audio", PersoTranscriptTests.Form("audio", "a.wav", new byte[5000]), "(audio: 5000 bytes)");
        await transcript.PostAsync("sessions/nobody/text", """{"text":"hi"}""");
        await transcript.GetAsync("sessions/nobody/ws");
        transcript.Compare("openavatarchat-errors");
    }

    [Fact]
    public async Task An_answer_is_words_sound_and_pictures_of_the_same_length()
    {
        var fixture = new HostFixture();
        // Sentences of 3 and 5 characters: 15 and 25 packets of 20 ms, so that one picture spans both.
        fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Ab. ", "Efgh.");
        await using var server = await AvatarChatServer.StartAsync(fixture);
        var id = await AvatarChatServer.SessionAsync(server);

        var answer = await AvatarChatServer.TextAsync(server, id, """{"text":"Cześć!"}""");

        Assert.Equal("Text processed successfully", answer.GetProperty("message").GetString());
        Assert.Equal("Cześć!", answer.GetProperty("transcribed_text").GetString());
        Assert.Equal("Ab. Efgh.", answer.GetProperty("response_text").GetString());
        var audio = answer.GetProperty("audio_data").GetBytesFromBase64();
        Assert.Equal(40 * 480 * 2, audio.Length);
        Assert.Equal((byte)'A', audio[0]);
        Assert.Equal((byte)'E', audio[15 * 480 * 2]);
        Assert.Equal(20, answer.GetProperty("video_frames").GetArrayLength());
        Assert.All(answer.GetProperty("video_frames").EnumerateArray(), frame => Assert.Equal([0xFF, 0xD8], frame.GetBytesFromBase64()));
    }

    [Fact]
    public async Task Half_a_picture_of_sound_is_filled_up_with_silence()
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Ab.");
        await using var server = await AvatarChatServer.StartAsync(fixture);
        var id = await AvatarChatServer.SessionAsync(server);

        var answer = await AvatarChatServer.TextAsync(server, id, """{"text":"hi"}""");

        var audio = answer.GetProperty("audio_data").GetBytesFromBase64();
        Assert.Equal(8, answer.GetProperty("video_frames").GetArrayLength());
        Assert.Equal(16 * 480 * 2, audio.Length);
        Assert.Equal([0, 0], audio[^2..]);
    }

    [Fact]
    public async Task A_spoken_question_is_understood_and_answered()
    {
        var fixture = new HostFixture();
        var heard = 0;
        fixture.Engines.Recognizer.Heard = samples => heard += samples.Length;
        await using var server = await AvatarChatServer.StartAsync(fixture);
        var id = await AvatarChatServer.SessionAsync(server);

        foreach (var file in new[] { WaveFile.Write(new short[1600], 16000).ToArray(), new byte[3200] })
        {
            heard = 0;
            using var answer = await server.Http.PostAsync(
                $"/api/v1/sessions/{id}/audio", PersoTranscriptTests.Form("audio", "question.wav", file), Token);
            var body = await answer.Content.ReadAsStringAsync(Token);

            Assert.StartsWith(
                """{"message":"Audio processed successfully","transcribed_text":"hello","response_text":"You said hello.","audio_data":""", body);
            Assert.Equal(1600, heard);
        }
    }

    [Fact]
    public async Task What_was_not_understood_is_not_answered()
    {
        var fixture = new HostFixture();
        fixture.Engines.Recognizer.Hear = () => TranscriptOf("");
        await using var server = await AvatarChatServer.StartAsync(fixture);
        var id = await AvatarChatServer.SessionAsync(server);

        using var answer = await server.Http.PostAsync(
            $"/api/v1/sessions/{id}/audio", PersoTranscriptTests.Form("audio", "a.wav", new byte[320]), Token);

        Assert.Equal(
            """{"message":"Audio processed successfully","transcribed_text":"","response_text":"","audio_data":null,"video_frames":[]}""",
            await answer.Content.ReadAsStringAsync(Token));
        Assert.Empty(fixture.Engines.Chat.Calls);
    }

    [Fact]
    public async Task A_failing_model_is_a_failed_request()
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Answer = (_, _) => throw new EngineException(EngineFault.Unavailable, "The model is not there.");
        await using var server = await AvatarChatServer.StartAsync(fixture);
        var id = await AvatarChatServer.SessionAsync(server);

        using var answer = await server.PostAsync($"/api/v1/sessions/{id}/text", """{"text":"hi"}""");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("""{"detail":"Failed to process text"}""", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task There_are_as_many_sessions_as_allowed()
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { MaxSessions = 1 });
        var first = await AvatarChatServer.SessionAsync(server);
        using (var refused = await server.PostAsync("/api/v1/sessions", "{}"))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
            Assert.Equal("""{"detail":"Failed to create session"}""", await refused.Content.ReadAsStringAsync(Token));
        }

        // Ended by another than this dialect's request: it is found out when there seem to be too many.
        await server.Host.Open(first).SendAsync(new EndSession(TerminationReason.GracefulTermination, ""), Token);
        await AvatarChatServer.SessionAsync(server);
    }

    [Fact]
    public async Task A_session_stays_for_its_time_and_no_longer()
    {
        var fixture = new HostFixture();
        await using var server = await AvatarChatServer.StartAsync(fixture, new OpenAvatarChatOptions { SessionTimeout = TimeSpan.FromHours(1) });
        var id = await AvatarChatServer.SessionAsync(server);
        var end = new EndOfSession();
        await using var subscription = await server.Host.Open(id).SubscribeAsync(end, Token);

        fixture.Time.Advance(TimeSpan.FromMinutes(59));
        await AvatarChatServer.TextAsync(server, id, """{"text":"hi"}""");
        fixture.Time.Advance(TimeSpan.FromMinutes(59));
        using (var there = await server.Http.GetAsync($"/api/v1/sessions/{id}", Token))
        {
            Assert.Equal(HttpStatusCode.OK, there.StatusCode);
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        await end.Reached.WaitAsync(TimeSpan.FromSeconds(60), Token);
        using var gone = await server.Http.GetAsync($"/api/v1/sessions/{id}", Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Sessions_of_other_dialects_are_not_there()
    {
        await using var server = await AvatarChatServer.StartAsync();
        var other = await server.CreateAsync();
        using var answer = await server.Http.GetAsync($"/api/v1/sessions/{other}", Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_server_with_keys_asks_for_one()
    {
        await using var server = await AvatarChatServer.StartAsync(
            keys: new PersoOptions { Keys = new Dictionary<string, string> { ["acme"] = "pak-0123456789" } });
        using var refused = await server.PostAsync("/api/v1/sessions", "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        server.Http.DefaultRequestHeaders.Add("Authorization", "Bearer pak-0123456789");
        using var taken = await server.PostAsync("/api/v1/sessions", "{}");
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task Pages_of_the_documented_origins_may_call_with_credentials()
    {
        await using var server = await AvatarChatServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/sessions");
        request.Headers.Add("Origin", "http://localhost:3000");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await server.Http.SendAsync(request, Token);
        Assert.Equal("http://localhost:3000", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Credentials")));
    }

    [Fact]
    public async Task The_root_answers_where_it_is_set_to()
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { AnswersRoot = true });
        Assert.Equal(
            """{"message":"OpenAvatarChat API Backend","docs":"/api/docs","health":"/api/v1/health","version":"1.0.0"}""",
            await server.Http.GetStringAsync("/", Token));
    }

    private sealed class EndOfSession : ISessionSink
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _ended.Task;

        public void Deliver(SessionOutput output)
        {
            if (output is SessionEnded)
            {
                _ended.TrySetResult();
            }
        }
    }

    private static Core.Engines.Transcript TranscriptOf(string text) => new(text, 1, true);

    private static string IdOf(string body)
    {
        using var document = System.Text.Json.JsonDocument.Parse(body);
        return document.RootElement.GetProperty("session_id").GetString()!;
    }
}
