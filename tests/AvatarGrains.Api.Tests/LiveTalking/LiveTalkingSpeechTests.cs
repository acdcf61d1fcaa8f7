using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Tests.LiveTalking;

/// <summary>What is said, by texts and by uploads; what listeners are told of it; and what is heard.</summary>
public sealed class LiveTalkingSpeechTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interrupting_echo_stops_what_is_said_and_one_that_does_not_waits()
    {
        await using var server = await PersoServer.StartAsync();
        var (id, session) = await OpenAsync(server);
        var sink = new RecordingSink();
        await using var subscription = await session.SubscribeAsync(sink, Token);
        await HumanAsync(server, id, "First.", interrupt: false);
        var first = await sink.WaitAsync<SegmentBegan>(began => began.Text == "First.");
        await HumanAsync(server, id, "Second.", interrupt: false);
        var second = await sink.WaitAsync<SegmentBegan>(began => began.Text == "Second.");
        await HumanAsync(server, id, "Third.", interrupt: true);
        var third = await sink.WaitAsync<SegmentBegan>(began => began.Text == "Third.");
        Assert.Equal(first.Turn, second.Turn);
        Assert.True(third.Turn > second.Turn);
    }

    [Fact]
    public async Task Listeners_are_told_of_each_sentence_when_it_is_played()
    {
        await using var server = await PersoServer.StartAsync();
        var (id, session) = await OpenAsync(server);
        await session.SendAsync(new TransportConnected("edge"), Token);
        using var response = await server.Http.GetAsync($"/sse?sessionid={id}", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        var sink = new RecordingSink();
        await using var subscription = await session.SubscribeAsync(sink, Token);
        await HumanAsync(server, id, "Hello \"there\".", interrupt: true, """,{"voice":"scripted","emotion":"happy"}""");
        var began = await sink.WaitAsync<SegmentBegan>();
        await session.SendAsync(new ReportPlayout(began.Turn, began.Segment, 20, false), Token);
        Assert.Equal("""data: {"status":"start","text":"Hello \"there\".","tts":{"voice":"scripted","emotion":"happy"}}""", await LineAsync(reader));
        Assert.Equal("", await LineAsync(reader));
        await sink.WaitAsync<SpeechChunk>(chunk => chunk.Last);
        await session.SendAsync(new ReportPlayout(began.Turn, began.Segment, 1400, true), Token);
        Assert.Equal("""data: {"status":"end","text":"Hello \"there\"."}""", await LineAsync(reader));
        Assert.Equal("", await LineAsync(reader));
        await session.SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
        Assert.Equal("", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Uploaded_speech_is_followed_by_the_lips()
    {
        await using var server = await PersoServer.StartAsync();
        var (id, session) = await OpenAsync(server);
        var sink = new RecordingSink();
        await using var subscription = await session.SubscribeAsync(sink, Token);
        Assert.Equal("""{"code":0,"msg":"ok"}""", await UploadAsync(server, id, WaveFile.Write(new short[16000 * 12], 16000)));
        Assert.Equal("""{"code":0,"msg":"ok"}""", await UploadAsync(server, id, WaveFile.Write(new short[16000], 16000)));
        await sink.WaitAsync<SpeechChunk>(chunk => chunk.Speech.PacketCount > 0);
        Assert.Equal("""{"code":-1,"msg":"The file is not audio that can be read here."}""", await UploadAsync(server, id, [1, 2, 3]));
        var tooLong = WaveFile.Write(new short[16000 * 121], 16000);
        Assert.Equal("""{"code":-1,"msg":"Audio may last 120 seconds."}""", await UploadAsync(server, id, tooLong));
        Assert.Equal("""{"code":-1,"msg":"file is required."}""", await UploadAsync(server, id, null));
        Assert.Equal("""{"code":-1,"msg":"session not found"}""", await UploadAsync(server, "nobody", [1]));
    }

    [Fact]
    public async Task Utterances_are_recognised_one_after_another()
    {
        var fixture = new HostFixture();
        var samples = 0;
        fixture.Engines.Recognizer.Heard = heard => samples += heard.Length;
        fixture.Engines.Recognizer.Hear = () => new AvatarGrains.Core.Engines.Transcript("open the door", 1, true);
        await using var server = await PersoServer.StartAsync(fixture: fixture);
        using var socket = await ConnectAsync(server);
        for (var i = 0; i < 2; i++)
        {
            await SendAsync(socket, """{"chunk_size":[5,10,5],"wav_name":"h5","is_speaking":true,"chunk_interval":10,"itn":false,"mode":"2pass"}""");
            await socket.SendAsync(new byte[961], WebSocketMessageType.Binary, true, Token);
            await socket.SendAsync(new byte[959], WebSocketMessageType.Binary, true, Token);
            await SendAsync(socket, """{"is_speaking":false}""");
            Assert.Equal("""{"text":"open the door","mode":"2pass-offline","is_final":true,"timestamp":null}""", await ReadAsync(socket));
        }

        Assert.Equal(1920, samples);
        await SendAsync(socket, """{"mode":"2pass","is_speaking":false}""");
        Assert.Equal("""{"text":"","mode":"2pass","is_final":true,"timestamp":null}""", await ReadAsync(socket));
        await SendAsync(socket, """{"mode":"offline"}""");
        await socket.SendAsync(new byte[960], WebSocketMessageType.Binary, true, Token);
        await SendAsync(socket, """{"is_speaking":false}""");
        Assert.Equal("""{"text":"open the door","mode":"offline","is_final":true,"timestamp":null}""", await ReadAsync(socket));
    }

    [Theory]
    [InlineData("hello", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("[1]", WebSocketCloseStatus.InvalidPayloadData)]
    public async Task Recognition_closes_on_what_it_cannot_read(string message, WebSocketCloseStatus status)
    {
        await using var server = await PersoServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, message);
        Assert.Null(await ReadAsync(socket));
        Assert.Equal(status, socket.CloseStatus);
    }

    [Fact]
    public async Task Recognizer_that_fails_closes_with_its_reason()
    {
        var fixture = new HostFixture();
        fixture.Engines.Recognizer.Hear = () => throw new EngineException(EngineFault.Failed, "The decoder broke.");
        await using var server = await PersoServer.StartAsync(fixture: fixture);
        using var socket = await ConnectAsync(server);
        await socket.SendAsync(new byte[960], WebSocketMessageType.Binary, true, Token);
        await SendAsync(socket, """{"is_speaking":false}""");
        Assert.Null(await ReadAsync(socket));
        Assert.Equal((WebSocketCloseStatus.InternalServerError, "The decoder broke."), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    private static async Task<(string Id, ISession Session)> OpenAsync(PersoServer server)
    {
        var answer = await (await server.PostAsync("/offer", """{"sdp":"v=0 offer","type":"offer"}""")).Content.ReadAsStringAsync(Token);
        using var json = JsonDocument.Parse(answer);
        var id = json.RootElement.GetProperty("sessionid").GetString()!;
        return (id, server.Host.Open((await server.Host.FindByClientIdAsync("", "livetalking", id, Token))!.Id));
    }

    private static async Task HumanAsync(PersoServer server, string id, string text, bool interrupt, string tts = "")
    {
        var asked = tts.Length > 0 ? ",\"tts\":" + tts[1..] : "";
        var now = interrupt ? "true" : "false";
        var words = JsonSerializer.Serialize(text);
        var body = $$"""{"sessionid":"{{id}}","type":"echo","text":{{words}},"interrupt":{{now}}{{asked}}}""";
        Assert.Equal("""{"code":0,"msg":"ok"}""", await (await server.PostAsync("/human", body)).Content.ReadAsStringAsync(Token));
    }

    private static async Task<string> UploadAsync(PersoServer server, string id, byte[]? file)
    {
        using var form = new MultipartFormDataContent { { new StringContent(id), "sessionid" } };
        if (file is not null)
        {
            form.Add(new ByteArrayContent(file), "file", "speech.wav");
        }

        using var response = await server.Http.PostAsync("/humanaudio", form, Token);
        return await response.Content.ReadAsStringAsync(Token);
    }

    private static async Task<string?> LineAsync(StreamReader reader) =>
        await reader.ReadLineAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token);

    private static async Task<ClientWebSocket> ConnectAsync(PersoServer server)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Next.Authority}/api/asr"), Token);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Token);

    private static async Task<string?> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var part = await socket.ReceiveAsync(buffer, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        return part.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, part.Count);
    }
}
