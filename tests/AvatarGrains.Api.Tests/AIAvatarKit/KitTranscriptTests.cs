using AvatarGrains.Api.Dialects.AIAvatarKit;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

public sealed class KitTranscriptTests
{
    private const string Pixel = "data:image/png;base64,iVBORw0KGgo=";

    private readonly HostFixture _fixture = new();

    [Fact]
    public async Task Conversation_over_http()
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        var transcript = new KitTranscript(server);
        await transcript.PostAsync("/start", """{"type":"start","session_id":"s1","user_id":"u1","context_id":null}""");
        _fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas(
            "[face:", "joy]Hello! ", "[animation:wave]<face name=\"fun\"/>How are you?");
        await transcript.PostAsync(
            "/chat",
            """{"type":"start","session_id":"s1","user_id":"u1","context_id":"c1","text":"Hi","audio_data":null,"files":[],"metadata":{}}""");
        var wave = Convert.ToBase64String(WaveFile.Write(new short[16000], 16000));
        await transcript.PostAsync("/chat", $$"""{"session_id":"s1","context_id":"c1","audio_data":"{{wave}}","unknown":1}""");
        _fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Let me look. ", "[vision:camera]");
        await transcript.PostAsync("/chat", """{"session_id":"s1","context_id":"c1","text":"What is this?"}""");
        _fixture.Engines.Chat.Instead = new CallingModel();
        await transcript.PostAsync("/chat", $$"""{"session_id":"s1","context_id":"c1","files":[{"type":"image","url":"{{Pixel}}"}]}""");
        await transcript.PostAsync("/chat", """{"session_id":"s2","text":"A context of my own"}""");
        transcript.Compare("aiavatarkit-http");
        Assert.Equal("image/png", _fixture.Engines.Chat.Calls[3][^1].Contents.OfType<Microsoft.Extensions.AI.DataContent>().Single().MediaType);
    }

    [Fact]
    public async Task Other_paths_over_http()
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        var transcript = new KitTranscript(server);
        await transcript.PostAsync(
            "/chat-messages",
            """{"query":"Hi","inputs":{"name":"Ada"},"user":"u1","response_mode":"streaming","conversation_id":"d1"}""");
        await transcript.PostAsync("/chat-messages", """{"query":"Hi"}""");
        await transcript.PostAsync(
            "/v1/chat/completions",
            """{"model":"gpt-4.1","messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}""");
        await transcript.PostAsync("/v1/chat/completions", """{"model":"gpt-4.1","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        _fixture.Engines.Chat.Instead = new CallingModel();
        await transcript.PostAsync(
            "/v1/chat/completions",
            """{"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"weather"}}],"stream":true}""");
        await transcript.PostAsync("/v1/chat/completions", """{"messages":[]}""");
        await transcript.PostAsync("/synthesize", """{"text":"Hello.","style_info":null,"language":"en"}""");
        await transcript.PostAsync("/synthesize", """{"text":""}""");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[3200]), "audio", "a.pcm" } };
        await transcript.PostFormAsync("/transcribe", form, "audio: 100 ms of raw samples");
        using var empty = new MultipartFormDataContent { { new ByteArrayContent([]), "audio", "a.pcm" } };
        await transcript.PostFormAsync("/transcribe", empty, "audio: nothing");
        transcript.Compare("aiavatarkit-paths");
    }

    [Fact]
    public async Task Conversation_over_the_socket()
    {
        await using var server = await KitServer.StartAsync(fixture: _fixture);
        var transcript = new KitTranscript(server);
        await using var client = await KitClient.ConnectAsync(server);
        await transcript.SayAsync(client, """{"type":"start","session_id":"s1","user_id":"u1","context_id":null,"metadata":{}}""");
        await transcript.HearAsync(client, "connected");
        await transcript.SayAsync(client, """{"type":"config","session_id":"s1","metadata":{"volume_db_threshold":-40,"barge_in_enabled":true}}""");
        transcript.Note("speech, then silence");
        await client.SpeakAsync(20, 1000);
        await client.SpeakAsync(20, 0);
        await transcript.HearAsync(client, "final");
        transcript.Note("speech over what is being played");
        await client.SpeakAsync(20, 1000);
        await transcript.HearAsync(client, "voiced");
        await client.SpeakAsync(20, 0);
        await transcript.HearAsync(client, "final");
        await transcript.SayAsync(client, """{"type":"invoke","session_id":"s1","text":"By hand"}""");
        await transcript.HearAsync(client, "final");
        transcript.Note("control");
        await transcript.GetAsync("/ws/sessions?user_id=u1");
        await transcript.GetAsync("/listener/status");
        await transcript.PostAsync("/listener/start", "{}");
        await transcript.PostAsync("/listener/stop", "{}");
        await transcript.GetAsync("/listener/status");
        await transcript.PostAsync("/conversation", """{"text":"Not now"}""");
        await transcript.PostAsync("/listener/start", "{}");
        await transcript.GetAsync("/avatar/status");
        await transcript.PostAsync("/avatar/face", """{"name":"joy","duration":2.5}""");
        await transcript.HearAsync(client, "chunk");
        await transcript.GetAsync("/avatar/face");
        await transcript.PostAsync("/avatar/animation", """{"name":"wave"}""");
        await transcript.HearAsync(client, "chunk");
        await transcript.GetAsync("/avatar/animation");
        await transcript.PostAsync("/conversation", """{"text":"Now"}""");
        await transcript.HearAsync(client, "final");
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        await transcript.PostAsync("/avatar/perform", """{"text":"[face:joy]Hi"}""");
        await transcript.HearAsync(client, "final");
        await transcript.GetAsync("/conversation/histories");
        await transcript.DeleteAsync("/conversation/histories");
        await transcript.GetAsync("/conversation/histories");
        await transcript.PostAsync("/system/log", """{"count":50}""");
        await transcript.PostAsync("/wakeword/start", """{"wakewords":[]}""");
        await transcript.SayAsync(client, """{"type":"stop","session_id":"s1"}""");
        await transcript.HearCloseAsync(client);
        transcript.Compare("aiavatarkit-socket");
    }

    [Fact]
    public async Task What_is_wrong_over_http()
    {
        var options = new AIAvatarKitOptions { MaxBodyBytes = 2000, MaxAudioTime = TimeSpan.FromSeconds(0.01) };
        await using var server = await KitServer.StartAsync(options);
        var transcript = new KitTranscript(server);
        await transcript.PostAsync("/chat", "{");
        await transcript.PostAsync("/chat", """{"session_id":1}""");
        await transcript.PostAsync("/chat", """{"text":"Hi"}""");
        await transcript.PostAsync("/chat", """{"session_id":"","text":"Hi"}""");
        await transcript.PostAsync("/chat", """{"session_id":"s1"}""");
        await transcript.PostAsync("/chat", """{"session_id":"s1","audio_data":"?!"}""");
        await transcript.PostAsync("/chat", """{"session_id":"s1","audio_data":"AAAA"}""");
        await transcript.PostAsync("/chat", $$"""{"session_id":"s1","audio_data":"{{Convert.ToBase64String(new byte[1000])}}"}""");
        await transcript.PostAsync("/chat", """{"session_id":"s1","text":"Hi","files":[{"type":"image","url":"http://127.0.0.1/a.png"}]}""");
        await transcript.PostAsync("/chat", """{"session_id":"s1","text":"Hi","files":[{"type":"image","url":"data:text/html;base64,AAAA"}]}""");
        await transcript.PostAsync("/chat", """{"session_id":"s1","text":"Hi","files":[{"type":"pdf","url":"x"}]}""");
        await transcript.PostAsync("/chat", $$"""{"session_id":"s1","text":"{{new string('a', 2000)}}"}""");
        await transcript.GetAsync("/ws");
        await transcript.GetAsync("/avatar/face");
        await transcript.PostAsync("/conversation", """{"text":"Hi"}""");
        await transcript.PostAsync("/conversation", "{}");
        transcript.Compare("aiavatarkit-errors");
    }

    [Fact]
    public async Task What_is_wrong_over_the_socket()
    {
        await using var server = await KitServer.StartAsync(new AIAvatarKitOptions { MaxMessageBytes = 4096 });
        var transcript = new KitTranscript(server);
        await using var client = await KitClient.ConnectAsync(server);
        await WrongAsync("""{"type":"data","session_id":"s1","audio_data":"AAAA"}""");
        await WrongAsync("""{"type":"invoke","session_id":"s1","text":"Hi"}""");
        await transcript.SayAsync(client, """{"type":"start","session_id":"s1"}""");
        await transcript.HearAsync(client, "connected");
        await WrongAsync("""{"type":"dance","session_id":"s1"}""");
        await WrongAsync("{");
        await WrongAsync("null");
        await WrongAsync("""{"type":7}""");
        await WrongAsync("""{"type":"data","session_id":"s1","audio_data":"?!"}""");
        await WrongAsync("""{"type":"data","session_id":"s1","audio_data":"AAAA"}""");
        await WrongAsync("""{"type":"data","session_id":"s1"}""");
        await WrongAsync("""{"type":"data","session_id":"s2","audio_data":"AAA="}""");
        await WrongAsync("""{"type":"config","session_id":"s1","metadata":{"volume_db_threshold":5}}""");
        await WrongAsync("""{"type":"config","session_id":"s1","metadata":{"volume_db_threshold":"loud"}}""");
        await WrongAsync("""{"type":"invoke","session_id":"s1"}""");
        await WrongAsync("""{"type":"invoke","session_id":"s1","files":[{"type":"image","url":"http://127.0.0.1/"}]}""");
        transcript.Note("a message of 10,000 bytes");
        await client.SendTextAsync(new string('a', 10_000));
        await transcript.HearAsync(client, "error");
        await transcript.SayAsync(client, """{"type":"invoke","session_id":"s1","text":"Still here"}""");
        await transcript.HearAsync(client, "final");
        transcript.Note("a second socket of the session");
        await using var second = await KitClient.StartAsync(server);
        await transcript.HearAsync(client, "error");
        await transcript.HearCloseAsync(client);
        transcript.Note("the second socket");
        await transcript.SayAsync(second, """{"type":"invoke","session_id":"s1","text":"Here"}""");
        await transcript.HearAsync(second, "final");
        await transcript.SayAsync(second, """{"type":"data"}""");
        await transcript.HearAsync(second, "final");
        await transcript.HearCloseAsync(second);
        transcript.Compare("aiavatarkit-socket-errors");

        async Task WrongAsync(string json)
        {
            await transcript.SayAsync(client, json);
            await transcript.HearAsync(client, "error");
        }
    }
}
