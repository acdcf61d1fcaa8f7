using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using AvatarGrains.EndToEnd.Tests.Viewers;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.EndToEnd.Tests.Faults;

/// <summary>A client that sends something wrong is told so, and no other client is affected.</summary>
public sealed class RudenessTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IDisposable
{
    private const int Datagrams = 6000;
    private const int Megabyte = 1 << 20;
    private const string Audio = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:0 PCMU/8000\r\na=recvonly\r\n";
    private const string Head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    private readonly HttpClient _http = new() { BaseAddress = fixture.Server.Address };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Garbage_at_the_media_port_disturbs_nobody()
    {
        await using var watcher = await Watcher.ConnectAsync(_http);
        await watcher.MoreFramesAsync(25);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var target = new IPEndPoint(IPAddress.Loopback, fixture.Server.MediaPort);
        var sent = 0;
        foreach (var datagram in BadDatagrams.Create(Datagrams, 11))
        {
            await socket.SendToAsync(datagram, SocketFlags.None, target, Stop);
            if (++sent % 200 == 0)
            {
                await watcher.MoreFramesAsync(2);
            }
        }

        var video = watcher.Viewer.Client.Video;
        Assert.Equal((0, 0, 0), (video.Broken, video.Sequence.Missing, video.Sequence.Reordered));
        await watcher.SendAsync("ttstf", "I am still here.");
        await watcher.UntilAsync(() => watcher.Speech > 20);
        Assert.Equal("IN_PROGRESS", await StatusAsync(watcher.Viewer.SessionId));
    }

    [Fact]
    public async Task Rubbish_on_the_data_channel_is_answered_with_errors_and_the_session_goes_on()
    {
        await using var watcher = await Watcher.ConnectAsync(_http);
        var random = new Random(5);
        var noise = new byte[3000];
        for (var i = 0; i < 20; i++)
        {
            random.NextBytes(noise);
            await watcher.Viewer.SendAsync(text: true, noise[..random.Next(noise.Length)]);
        }

        int Refused() => watcher.Messages.Count(m => m.Contains("bad_message", StringComparison.Ordinal));
        await watcher.UntilAsync(() => Refused() == 20);
        for (var i = 0; i < 20; i++)
        {
            random.NextBytes(noise);
            await watcher.Viewer.SendAsync(text: false, noise[..random.Next(noise.Length)]);
        }

        await watcher.UntilAsync(() => Refused() == 40);
        foreach (var (message, part) in new[]
        {
            ("", "bad_message"), ("[]", "bad_message"), ("{\"type\":7}", "bad_message"), ("{\"type\":\"chat\"}", "chat"),
            ("{\"type\":\"fly\",\"data\":{}}", "unknown_command"), ("{\"type\":\"change-size\",\"data\":{\"width\":\"wide\"}}", "change-size"),
        })
        {
            await watcher.Viewer.SendAsync(message);
            await watcher.SaidAsync(part);
        }

        await watcher.SendAsync("chat", "");
        await watcher.SendAsync("ttstf", new string('a', 200_000));
        await watcher.UntilAsync(() => watcher.Messages.Count(m => m.Contains("\"type\":\"ttstf\"", StringComparison.Ordinal)) > 0);
        await watcher.SendAsync("ttstf", "Now something sensible.");
        await watcher.UntilAsync(() => watcher.Speech > 20);
        await watcher.MoreFramesAsync(10);
    }

    [Fact]
    public async Task Megabyte_of_text_on_the_data_channel_is_refused_and_the_session_goes_on()
    {
        using var rude = new HttpClient(new LargeMessagesHandler()) { BaseAddress = fixture.Server.Address };
        await using var watcher = await Watcher.ConnectAsync(rude);
        var message = $$$"""{"type":"ttstf","data":{"message":"{{{new string('a', Megabyte)}}}"}}"""[..Megabyte];
        await watcher.Viewer.SendAsync(message);
        await watcher.SaidAsync("too_large");
        await watcher.SendAsync("ttstf", "Now something sensible.");
        await watcher.UntilAsync(() => watcher.Speech > 20);
        Assert.Equal("IN_PROGRESS", await StatusAsync(watcher.Viewer.SessionId));
    }

    [Fact]
    public async Task Rubbish_inside_a_live_association_costs_at_most_the_connection_it_came_on()
    {
        await using var other = await Watcher.ConnectAsync(_http);
        var sent = 0;
        foreach (var types in RudeDtls.ChunkTypes.Except(RudeDtls.Goodbyes).Chunk(5))
        {
            RudeDtls? rude = null;
            await using var watcher = await Watcher.ConnectAsync(
                _http, dtls: inner => rude = new RudeDtls(inner, types[0]) { Types = types, Mutilations = 0 });
            rude!.IsRude = true;
            for (var i = 0; i < 20 && !watcher.Viewer.Closed.IsCompleted; i++)
            {
                await watcher.TrySendAsync("ping");
                await other.MoreFramesAsync(2);
            }

            sent += rude.Sent;
            await using var again = await Watcher.ConnectAsync(_http, watcher.Viewer.SessionId);
            await again.SendAsync("ttstf", "Back again.");
            await again.UntilAsync(() => again.Speech > 20);
        }

        Assert.InRange(sent, 100, int.MaxValue);
        var video = other.Viewer.Client.Video;
        Assert.Equal((0, 0, 0), (video.Broken, video.Sequence.Missing, video.Sequence.Reordered));
        Assert.Contains("avatar_media_faults_total 0", await _http.GetStringAsync("metrics", Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData(Head)]
    [InlineData(Head + Audio)]
    [InlineData(Head + "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 00\r\na=setup:actpass\r\n" + Audio)]
    [InlineData("v=0\r\nm=audio x y z\r\n")]
    public async Task Offer_that_cannot_be_answered_is_refused_as_documented(string sdp)
    {
        var session = await Watcher.CreateSessionAsync(_http);
        using var response = await _http.PostAsJsonAsync(
            $"api/v1/session/{session}/exchange/",
            new Dictionary<string, object> { ["client_sdp"] = new Dictionary<string, string> { ["type"] = "offer", ["sdp"] = sdp } }, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.False(string.IsNullOrEmpty(body.GetProperty("errors")[0].GetProperty("detail").GetString()));
        await using var watcher = await Watcher.ConnectAsync(_http, session);
        await watcher.MoreFramesAsync(5);
    }

    [Fact]
    public async Task Megabyte_of_text_and_empty_text_are_refused()
    {
        var session = await Watcher.CreateSessionAsync(_http);
        foreach (var (text, expected) in new[]
        {
            (new string('a', 1 << 20), new[] { HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge }), ("", [HttpStatusCode.BadRequest]),
        })
        {
            using var response = await _http.PostAsJsonAsync(
                $"api/v1/session/{session}/llm/", new Dictionary<string, string> { ["message"] = text }, Stop);
            Assert.Contains(response.StatusCode, expected);
        }

        await using var watcher = await Watcher.ConnectAsync(_http, session);
        await watcher.MoreFramesAsync(5);
    }

    private async Task<string?> StatusAsync(string session) =>
        (await _http.GetFromJsonAsync<JsonElement>($"api/v1/session/{session}/", Stop)).GetProperty("status").GetString();
}
