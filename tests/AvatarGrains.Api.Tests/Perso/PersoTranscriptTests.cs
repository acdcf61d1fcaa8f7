using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>Every endpoint and every error status, as SDKs see them.</summary>
public sealed class PersoTranscriptTests
{
    [Fact]
    public async Task Settings()
    {
        await using var server = await PersoServer.StartAsync();
        var transcript = new Transcript(server);
        foreach (var name in new[]
        {
            "llm_type", "tts_type", "stt_type", "stt_type/v2", "modelstyle", "capability", "mcp_type", "text_normalization_config",
        })
        {
            await transcript.GetAsync($"settings/{name}/");
        }

        await transcript.GetAsync("settings/modelstyle/?platform_type=webrtc");
        await transcript.GetAsync("settings/text_normalization_config/1/download/");
        transcript.Compare("settings");
    }

    [Fact]
    public async Task A_session_of_the_web_sdk()
    {
        await using var server = await PersoServer.StartAsync();
        var transcript = new Transcript(server);
        var id = IdOf(await transcript.PostAsync(
            "session/",
            """{"using_stf_webrtc":true,"capability":["STF_WEBRTC","LLM","TTS","STT"],"model_style":"yuri-front_natural","prompt":"plp-00000000000000000000000000000001","llm_type":"gpt-4o","tts_type":"yuri","stt_type":"default","document":null,"background_image":null,"mcp_servers":[],"padding_left":0.0,"padding_top":0.0,"padding_height":1.0,"extra_data":{}}"""));
        await transcript.GetAsync($"session/{id}/");
        await transcript.GetAsync($"session/{id}/ice-servers/");
        await transcript.PostAsync($"session/{id}/exchange/", """{"client_sdp":{"type":"offer","sdp":"v=0 offer"}}""");
        await transcript.GetAsync($"session/{id}/");
        await transcript.PostAsync($"session/{id}/event/create/", """{"event":"SESSION_LOG","detail":"오류 <b>\u0001"}""");
        await transcript.PostAsync($"session/{id}/event/create/", """{"event":"SESSION_END","detail":""}""");
        await transcript.GetAsync($"session/{id}/");
        transcript.Compare("session-web");
    }

    [Fact]
    public async Task A_session_of_the_python_program()
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Hello, how can I help ", "you today? I'm here", " to assist you. 안녕하세요.");
        await using var server = await PersoServer.StartAsync(
            fixture: fixture, more: services => services.AddSingleton<IAudioCodecs>(new PlainResampling()));
        var transcript = new Transcript(server);
        var id = IdOf(await transcript.PostAsync(
            "session/", """{"capability":["LLM","TTS","STT"],"llm_type":"gpt-35","tts_type":"yuri","stt_type":"default"}"""));
        await transcript.PostAsync($"session/{id}/event/create/", """{"event":"SESSION_START","detail":"Session started"}""");
        await transcript.PostAsync($"session/{id}/llm/", """{"message":"hi","clear_history":true}""");
        await transcript.PostAsync($"session/{id}/llm/v2/", """{"messages":[{"role":"user","content":"hi"}]}""");
        await transcript.PostAsync($"session/{id}/tts/", """{"text":"A","locale":"en","output_format":"wav_24000"}""");
        await transcript.PostAsync($"session/{id}/tts/", """{"text":"A","output_format":"pcm"}""");
        await transcript.PostFormAsync(
            $"session/{id}/stt/", Audio(WaveFile.Write(new short[160], 16000), "en"), "(audio: silence.wav, language: en)");
        await transcript.PostAsync($"session/{id}/event/create/", """{"event":"SESSION_END"}""");
        await transcript.GetAsync($"session/{id}/");
        transcript.Compare("session-python");
    }

    [Fact]
    public async Task Tools_of_the_client()
    {
        var fixture = new HostFixture();
        var model = new ToolCallingModel();
        fixture.Engines.Chat.Instead = model;
        await using var server = await PersoServer.StartAsync(fixture: fixture);
        var transcript = new Transcript(server);
        var id = IdOf(await transcript.PostAsync("session/", """{"capability":["LLM"]}"""));
        const string Tools =
            """ "tools":[{"type":"function","function":{"name":"get_weather","description":"The weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""";
        await transcript.PostAsync($"session/{id}/llm/v2/", $$"""{"messages":[{"role":"user","content":"Weather in Seoul?"}],{{Tools}} }""");
        await transcript.PostAsync(
            $"session/{id}/llm/v2/",
            $$$"""{"messages":[{"role":"user","content":"Weather in Seoul?"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Seoul\"}"}}]},{"role":"tool","content":"sunny","tool_call_id":"call_1"}],{{{Tools}}} }""");
        model.Fails = true;
        await transcript.PostAsync($"session/{id}/llm/v2/", """{"messages":[{"role":"user","content":"And tomorrow?"}]}""");
        transcript.Compare("tools");
    }

    [Fact]
    public async Task What_a_tenant_keeps()
    {
        await using var server = await PersoServer.StartAsync(more: services => services.AddSingleton<IDocumentReader>(new PlainTextReader()));
        var transcript = new Transcript(server);
        await transcript.GetAsync("prompt/");
        var prompt = IdOf(
            await transcript.PostAsync(
                "prompt/",
                """{"name":"Clerk","description":"At the desk","system_prompt":"You are a clerk.","require_document":true,"intro_message":"Welcome."}"""),
            "prompt_id");
        await transcript.GetAsync($"prompt/{prompt}/");
        await transcript.GetAsync("document/");
        var document = IdOf(
            await transcript.PostFormAsync(
                "document/", Form("file", "hours.md", "# Hours\nNine to five."u8.ToArray(), ("title", "Hours")),
                "(file: hours.md, title: Hours)"), "document_id");
        await transcript.GetAsync($"document/{document}/");
        await transcript.GetAsync("background_image/");
        var picture = IdOf(
            await transcript.PostFormAsync("background_image/", Form("image", "red.png", Pictures.Png(2, 3)), "(image: red.png)"),
            "backgroundimage_id");
        await transcript.GetAsync($"background_image/{picture}/");
        var template = IdOf(
            await transcript.PostAsync("session_template/", """{"name":"Desk","session":{"capability":["LLM"],"llm_type":"gpt-4"}}"""),
            "sessiontemplate_id");
        await transcript.GetAsync("session_template/");
        await transcript.GetAsync($"session_template/{template}/");
        var id = IdOf(await transcript.PostAsync(
            "session/",
            $$"""{"session_template":"{{template}}","prompt":"{{prompt}}","document":"{{document}}","background_image":"{{picture}}"}"""));
        await transcript.GetAsync($"session/{id}/");
        foreach (var path in new[] { $"prompt/{prompt}/", $"document/{document}/", $"background_image/{picture}/", $"session_template/{template}/" })
        {
            await transcript.DeleteAsync(path);
            await transcript.GetAsync(path);
        }

        transcript.Compare("library");
    }

    [Fact]
    public async Task Errors()
    {
        var fixture = new HostFixture { Limits = new TenantLimits(2, null, null) };
        await using var server = await PersoServer.StartAsync(new PersoOptions { MaxJsonBytes = 2000, MaxAudioBytes = 2000 }, fixture);
        var transcript = new Transcript(server);
        var id = IdOf(await transcript.PostAsync("session/", """{"capability":["LLM","TTS"]}"""));
        await transcript.PostAsync("session/", """{"padding_left":"left"}""");
        await transcript.PostAsync("session/", """{"prompt":"plp-x"}""");
        await transcript.PostAsync("session/", "{");
        await transcript.PostFormAsync($"session/{id}/stt/", Audio(new byte[10], "en"), "(audio)");
        await transcript.PostAsync($"session/{id}/tts/", """{"text":"fail"}""");
        await transcript.GetAsync("session/nobody/");
        await transcript.GetAsync("nowhere/");
        await transcript.PostAsync("session/", $"{{\"agent\":\"{new string('a', 3000)}\"}}");
        await transcript.PostAsync("session/", """{"capability":["LLM"]}""");
        await transcript.PostAsync("session/", """{"capability":["LLM"]}""");
        fixture.Engines.Chat.Answer = (_, _) => throw new EngineException(EngineFault.Unavailable, "The model is not there.");
        await transcript.PostAsync($"session/{id}/llm/", """{"message":"hi","clear_history":false}""");
        await transcript.PostAsync($"session/{id}/event/create/", """{"event":"SESSION_END"}""");
        await transcript.PostAsync($"session/{id}/llm/", """{"message":"hi","clear_history":false}""");
        transcript.Compare("errors");
    }

    [Fact]
    public async Task Keys_and_rates()
    {
        var options = new PersoOptions { Keys = new Dictionary<string, string> { ["acme"] = "pak-0123456789abcdef0123456789abcdef" } };
        await using var server = await PersoServer.StartAsync(
            options, new HostFixture(), more: services => services.AddSingleton(provider => new Core.Sessions.TenantDirectory(
            provider.GetRequiredService<Core.Storage.ITenantStore>(),
            new Core.Sessions.TenantSettings { Keys = options.Keys, Keyed = new TenantLimits(1, null, null, 3) },
            provider.GetRequiredService<TimeProvider>())));
        var transcript = new Transcript(server);
        await transcript.GetAsync("prompt/");
        server.Http.DefaultRequestHeaders.Add("PersoLive-APIKey", "pak-wrong");
        await transcript.GetAsync("prompt/");
        server.Http.DefaultRequestHeaders.Remove("PersoLive-APIKey");
        server.Http.DefaultRequestHeaders.Add("PersoLive-APIKey", options.Keys["acme"]);
        await transcript.GetAsync("document/");
        await transcript.GetAsync("document/");
        await transcript.GetAsync("document/");
        await transcript.GetAsync("document/");
        transcript.Compare("keys");
    }

    internal static MultipartFormDataContent Form(string field, string fileName, byte[] bytes, params (string Name, string Value)[] texts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in texts)
        {
            form.Add(new StringContent(value, Encoding.UTF8), name);
        }

        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, field, fileName);
        return form;
    }

    private static MultipartFormDataContent Audio(byte[] bytes, string language) => Form("audio", "silence.wav", bytes, ("language", language));

    private static string IdOf(string body, string name = "session_id")
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty(name, out var id) ? id.GetString()! : throw new InvalidOperationException(body);
    }
}
