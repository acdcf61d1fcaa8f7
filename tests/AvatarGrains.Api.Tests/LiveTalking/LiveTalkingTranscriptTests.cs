using System.Net.Http.Headers;
using System.Text.Json;
using AvatarGrains.Api.Dialects.LiveTalking;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.LiveTalking;

/// <summary>Every endpoint and every kind of error, as clients of LiveTalking see them.</summary>
public sealed class LiveTalkingTranscriptTests
{
    private const string Offer = """{"sdp":"v=0 offer","type":"offer"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session()
    {
        await using var server = await PersoServer.StartAsync();
        var transcript = new Transcript(server, "/");
        var id = IdOf(await transcript.PostAsync(
            "offer",
            """
            {"sdp":"v=0 offer","type":"offer","avatar":"wav2lip256_avatar1","refaudio":"en-US-AriaNeural","reftext":"",
            "custom_config":"[{\"audiotype\":2}]"}
            """));
        var sink = new RecordingSink();
        await using var subscription = await server.Host.Open(await HostIdAsync(server, id)).SubscribeAsync(sink, Token);
        await transcript.PostAsync("is_speaking", $$"""{"sessionid":"{{id}}"}""");
        const string Words = "\"type\":\"echo\",\"text\":\"Hello there.\",\"interrupt\":true,\"tts\":{\"voice\":\"scripted\"}";
        await transcript.PostAsync("human", $"{{\"sessionid\":\"{id}\",{Words}}}");
        await sink.WaitAsync<SegmentBegan>(began => began.Text == "Hello there.");
        await sink.WaitAsync<PhaseChanged>(changed => changed.Phase == ConversationPhase.Speaking);
        await transcript.PostAsync("is_speaking", $$"""{"sessionid":"{{id}}"}""");
        await transcript.GetAsync("api/admin/sessions");
        await transcript.PostAsync("interrupt_talk", $$"""{"sessionid":"{{id}}"}""");
        await transcript.PostAsync("human", $$"""{"sessionid":"{{id}}","type":"chat","text":"Who are you?"}""");
        await transcript.PostAsync("set_audiotype", $$"""{"sessionid":"{{id}}","audiotype":2,"reinit":false}""");
        await transcript.PostAsync("record", $$"""{"sessionid":"{{id}}","type":"start_record"}""");
        await transcript.PostAsync("record", $$"""{"sessionid":"{{id}}","type":"end_record"}""");
        await transcript.GetAsync($"record/{id}");
        transcript.Compare("livetalking-session");
    }

    [Fact]
    public async Task Errors()
    {
        await using var server = await PersoServer.StartAsync();
        var transcript = new Transcript(server, "/");
        foreach (var body in new[]
        {
            "", "{", "[]", "null", "{}", """{"sdp":5}""", """{"sdp":"v=0"}""", """{"sdp":"v=0","type":"answer"}""", """{"sdp":"x","type":"offer"}""",
            """{"sdp":"v=0","type":"offer","custom_config":"{"}""",
        })
        {
            await transcript.PostAsync("offer", body);
        }

        var id = IdOf(await transcript.PostAsync("offer", Offer));
        foreach (var body in new[]
        {
            "{}", """{"sessionid":null}""", """{"sessionid":{}}""", """{"sessionid":123456,"type":"echo","text":"Hi"}""",
            $$"""{"sessionid":"{{id}}"}""",
            $$"""{"sessionid":"{{id}}","type":"echo","text":" "}""",
            $$"""{"sessionid":"{{id}}","type":"sing","text":"Hi"}""",
            $$"""{"sessionid":"{{id}}","type":"echo","text":["Hi"]}""", $$"""{"sessionid":"{{id}}","type":"echo","text":"Hi","interrupt":"soon"}""",
        })
        {
            await transcript.PostAsync("human", body);
        }

        await transcript.PostAsync("set_audiotype", $$"""{"sessionid":"{{id}}","audiotype":"x"}""");
        await transcript.PostAsync("record", $$"""{"sessionid":"{{id}}","type":"now"}""");
        await transcript.PostAsync("interrupt_talk", """{"sessionid":1.5}""");
        await transcript.PostAsync("humanaudio", "{}");
        await transcript.GetAsync("sse?sessionid=nobody");
        await transcript.GetAsync("sse");
        await transcript.GetAsync("api/asr");
        await transcript.DeleteAsync("whep/nobody");
        transcript.Compare("livetalking-errors");
    }

    [Fact]
    public async Task Administration()
    {
        await using var server = await PersoServer.StartAsync(liveTalking: new LiveTalkingOptions { OwnPort = true });
        var transcript = new Transcript(server, "/");
        await transcript.GetAsync("api/admin/config");
        await transcript.GetAsync("api/admin/sessions");
        await transcript.PostAsync(
            "api/avatar/task", """{"model":"wav2lip","avatar_id":"me","video_path":"/v.mp4","task_id":"one","pads":"0 10 0 0"}""");
        await transcript.PostAsync("api/avatar/task", """{"model":"wav2lip","avatar_id":"me","video_path":"/v.mp4","task_id":"one"}""");
        await transcript.PostAsync("api/avatar/task", """{"model":"magic","avatar_id":"me","video_path":"/v.mp4"}""");
        await transcript.PostAsync("api/avatar/task", """{"model":"wav2lip","avatar_id":"me"}""");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("musetalk"), "model" },
            { new StringContent("you"), "avatar_id" },
            { new ByteArrayContent([1, 2]), "video_file", "v.mp4" },
        };
        await transcript.PostFormAsync("api/avatar/task", form, "a form");
        await transcript.GetAsync("api/avatar/task/one");
        await transcript.GetAsync("api/avatar/task/none");
        await transcript.GetAsync("api/avatar/tasks");
        await transcript.DeleteAsync("api/avatar/task/one");
        await transcript.DeleteAsync("api/avatar/task/none");
        transcript.Compare("livetalking-admin");
    }

    [Fact]
    public async Task Administration_can_be_turned_off()
    {
        await using var server = await PersoServer.StartAsync(liveTalking: new LiveTalkingOptions { Admin = false });
        Assert.Contains("\"code\":-1", await server.Http.GetStringAsync("/api/admin/sessions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_beyond_the_limit_is_told_of_it()
    {
        var limits = TenantLimits.Local with { MaxActiveSessions = 1 };
        await using var server = await PersoServer.StartAsync(
            fixture: new HostFixture { Limits = limits },
            more: services => services.AddSingleton(
                new TenantDirectory(new InMemoryTenantStore(), new TenantSettings { Local = limits }, TimeProvider.System)));
        await server.PostAsync("/offer", Offer);
        var refused = await server.PostAsync("/offer", Offer);
        Assert.Equal(200, (int)refused.StatusCode);
        Assert.Equal("""{"code":-1,"msg":"Maximum session limit reached (1/1)"}""", await refused.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Bad_offer_leaves_no_session()
    {
        await using var server = await PersoServer.StartAsync();
        await server.PostAsync("/offer", """{"sdp":"nonsense","type":"offer"}""");
        Assert.Equal(0, server.Host.ActiveSessions);
    }

    [Fact]
    public async Task Legacy_ids_are_numbers_of_six_digits_that_are_taken_as_text_too()
    {
        await using var server = await PersoServer.StartAsync(liveTalking: new LiveTalkingOptions { LegacyIds = true });
        var answer = await (await server.PostAsync("/offer", Offer)).Content.ReadAsStringAsync(Token);
        using var json = JsonDocument.Parse(answer);
        var id = json.RootElement.GetProperty("sessionid").GetInt32();
        Assert.InRange(id, 100_000, 999_999);
        Assert.Equal("""{"code":0,"msg":"ok","data":false}""", await SpeakingAsync(server, $"{id}"));
        Assert.Equal("""{"code":0,"msg":"ok","data":false}""", await SpeakingAsync(server, $"\"{id}\""));
        Assert.Contains($"\"sessionid\":{id},", await server.Http.GetStringAsync("/api/admin/sessions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whep_makes_a_session_and_ends_it()
    {
        await using var server = await PersoServer.StartAsync();
        var sdp = new StringContent("v=0 offer");
        sdp.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
        var created = await server.Http.PostAsync("/whep?avatar=ada&tts=edgetts", sdp, Token);
        var id = created.Headers.GetValues("X-Session-ID").Single();
        Assert.Equal(
            (201, "application/sdp", $"/whep/{id}"),
            ((int)created.StatusCode, created.Content.Headers.ContentType!.MediaType, created.Headers.Location!.ToString()));
        Assert.Equal("v=0 answer", await created.Content.ReadAsStringAsync(Token));
        Assert.Equal("""{"code":0,"msg":"ok","data":false}""", await SpeakingAsync(server, $"\"{id}\""));
        Assert.Equal(200, (int)(await server.Http.DeleteAsync(created.Headers.Location, Token)).StatusCode);
        Assert.Equal("""{"code":-1,"msg":"session not found"}""", await SpeakingAsync(server, $"\"{id}\""));
        Assert.Equal(404, (int)(await server.Http.DeleteAsync(created.Headers.Location, Token)).StatusCode);
    }

    [Fact]
    public async Task Pages_of_any_origin_may_call_with_credentials()
    {
        await using var server = await PersoServer.StartAsync();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/offer");
        preflight.Headers.Add("Origin", "https://page.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var allowed = await server.Http.SendAsync(preflight, Token);
        Assert.Equal("https://page.example", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", allowed.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        using var post = new HttpRequestMessage(HttpMethod.Post, "/offer") { Content = new StringContent(Offer) };
        post.Headers.Add("Origin", "https://page.example");
        using var answered = await server.Http.SendAsync(post, Token);
        Assert.Equal("true", answered.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Contains("X-Session-ID", answered.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    private static async Task<string> SpeakingAsync(PersoServer server, string id) =>
        await (await server.PostAsync("/is_speaking", $$"""{"sessionid":{{id}}}""")).Content.ReadAsStringAsync(Token);

    private static async Task<string> HostIdAsync(PersoServer server, string id) =>
        (await server.Host.FindByClientIdAsync("", "livetalking", id, Token))!.Id;

    private static string IdOf(string answer) => JsonDocument.Parse(answer).RootElement.GetProperty("sessionid").GetString()!;
}
