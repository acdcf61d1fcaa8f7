using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Tests.Perso;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>Signalling of the WebRTC page.</summary>
public sealed class AvatarChatRtcTests
{
    private const string Offer = """{"sdp":"v=0 offer","type":"offer","webrtc_id":"k3j9x"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_chooses_the_id_of_its_session()
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { ConcurrentLimit = 1 });

        Assert.Equal("""{"status":"failed","meta":{"error":"unknown_connection"}}""", await PostAsync(server, Candidate("{}")));
        Assert.Equal("""{"sdp":"v=0 answer","type":"answer"}""", await PostAsync(server, Offer));
        Assert.Equal("""{"status":"failed","meta":{"error":"connection_already_exists"}}""", await PostAsync(server, Offer));
        Assert.Equal(
            """{"status":"success"}""",
            await PostAsync(server, Candidate("""{"candidate":"candidate:1 1 udp 1 10.0.0.1 1 typ host","sdpMid":"0","sdpMLineIndex":0}""")));
        Assert.Equal("""{"status":"failed","meta":{"error":"invalid_candidate_format"}}""", await PostAsync(server, Candidate("\"x\"")));
        Assert.Equal("""{"status":"failed","meta":{"error":"invalid_candidate_format"}}""", await PostAsync(server, Candidate("{}")));
        Assert.Equal(
            """{"status":"failed","meta":{"error":"concurrency_limit_reached","limit":1}}""",
            await PostAsync(server, Offer.Replace("k3j9x", "other", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_offer_that_cannot_be_used_leaves_no_session()
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { ConcurrentLimit = 1 });
        Assert.Equal("""{"detail":"The offer has no version line."}""", await PostAsync(server, Offer.Replace("v=0", "x", StringComparison.Ordinal)));
        Assert.Equal("""{"sdp":"v=0 answer","type":"answer"}""", await PostAsync(server, Offer));
    }

    [Theory]
    [InlineData("{}", "webrtc_id")]
    [InlineData("""{"webrtc_id":"a"}""", "type")]
    [InlineData("""{"webrtc_id":"a","type":"offer"}""", "sdp")]
    public async Task What_is_missing_is_told(string body, string field)
    {
        await using var server = await AvatarChatServer.StartAsync();
        Assert.Equal(
            $$$"""{"detail":[{"type":"missing","loc":["body","{{{field}}}"],"msg":"Field required","input":null}]}""", await PostAsync(server, body));
    }

    [Fact]
    public async Task The_page_is_told_of_servers_on_the_way()
    {
        await using (var plain = await AvatarChatServer.StartAsync())
        {
            Assert.Equal(
                """{"avatar_config":{},"rtc_configuration":null}""", await plain.Http.GetStringAsync("/openavatarchat/initconfig", Token));
        }

        await using var server = await AvatarChatServer.StartAsync(
            options: new OpenAvatarChatOptions { IceServers = [new IceServerOptions(["turn:a:3478"], "u", "c")] });
        Assert.Equal(
            """{"avatar_config":{},"rtc_configuration":{"iceServers":[{"urls":["turn:a:3478"],"username":"u","credential":"c"}]}}""",
            await server.Http.GetStringAsync("/openavatarchat/initconfig", Token));
    }

    private static string Candidate(string candidate) => $$"""{"type":"ice-candidate","webrtc_id":"k3j9x","candidate":{{candidate}}}""";

    private static async Task<string> PostAsync(PersoServer server, string json)
    {
        using var answer = await server.PostAsync("/webrtc/offer", json);
        return await answer.Content.ReadAsStringAsync(Token);
    }
}
