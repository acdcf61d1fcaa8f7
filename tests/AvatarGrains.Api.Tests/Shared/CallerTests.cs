using System.Net;
using System.Net.WebSockets;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Keys wherever a dialect's clients put them, and requests per minute.</summary>
public sealed class CallerTests
{
    private const string Key = "key/with+signs==";

    private static readonly Dictionary<string, string> Keys = new() { ["acme"] = Key };

    private static readonly KeySource Anywhere =
        new() { Header = "X-Key", Bearer = true, Query = "key", SubprotocolPrefix = "Authorization." };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("X-Key", Key, "")]
    [InlineData("Authorization", "Bearer " + Key, "")]
    [InlineData("Authorization", "bearer  " + Key, "")]
    [InlineData(null, null, "?key=key%2Fwith%2Bsigns%3D%3D")]
    public async Task Key_is_found_where_it_may_be(string? header, string? value, string query)
    {
        await using var server = await StartAsync(Anywhere, Keys);
        using var answer = await GetAsync(server, header, value, query);
        Assert.Equal("acme", await answer.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData(null, null, "")]
    [InlineData("X-Key", "another", "")]
    [InlineData("X-Key", "", "")]
    [InlineData("Authorization", "Basic " + Key, "")]
    [InlineData("Authorization", "Bearer", "")]
    [InlineData(null, null, "?Key2=" + Key)]
    public async Task Request_without_a_good_key_is_refused(string? header, string? value, string query)
    {
        await using var server = await StartAsync(Anywhere, Keys);
        using var answer = await GetAsync(server, header, value, query);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("NotAuthenticated", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Key_counts_only_where_the_dialect_looks()
    {
        await using var server = await StartAsync(new KeySource { Header = "X-Key" }, Keys);
        using var answer = await GetAsync(server, "Authorization", "Bearer " + Key, "?key=key%2Fwith%2Bsigns%3D%3D");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Key_that_is_far_too_long_is_no_key()
    {
        await using var server = await StartAsync(Anywhere, Keys);
        using var answer = await GetAsync(server, "X-Key", new string('k', 10_000), "");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Server_without_keys_asks_for_none()
    {
        await using var server = await StartAsync(Anywhere, null);
        using var answer = await GetAsync(server, null, null, "");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Tenant_over_its_rate_is_told_when_there_is_room()
    {
        await using var server = await StartAsync(Anywhere, Keys, perMinute: 2);
        for (var i = 0; i < 2; i++)
        {
            using var taken = await GetAsync(server, "X-Key", Key, "");
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        using var refused = await GetAsync(server, "X-Key", Key, "");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("Throttled", await refused.Content.ReadAsStringAsync(Token));
        server.Time.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        using var again = await GetAsync(server, "X-Key", Key, "");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("key/with+signs==", true)]
    [InlineData("no key", false)]
    public async Task Page_gives_its_key_as_a_subprotocol(string key, bool good)
    {
        await using var server = await StartAsync(Anywhere, Keys);
        var offered = "Authorization." + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('/', '_');
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(offered);
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws"), Token);
        await socket.ReceiveAsync(new byte[16], Token);
        Assert.Equal(good ? offered : "", socket.SubProtocol ?? "");
        Assert.Equal(good ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
    }

    private static Task<SharedServer> StartAsync(KeySource source, Dictionary<string, string>? keys, int? perMinute = null) =>
        SharedServer.StartAsync(
            (app, _) =>
            {
                app.MapGroup("").RequireKey(source).MapGet("/", (HttpContext context) => Callers.TenantOf(context));
                app.MapGet("/ws", (HttpContext context, Callers callers) => AcceptAsync(context, callers, source));
            },
            new FaultShape(), keys, perMinute);

    private static async Task AcceptAsync(HttpContext context, Callers callers, KeySource source)
    {
        if ((await callers.IdentifyAsync(context, source)).Is(out var subprotocol, out _))
        {
            await SocketConnection.RefuseAsync(context, 1000, "known", subprotocol);
        }
        else
        {
            await SocketConnection.RefuseAsync(context, 1008, "unknown");
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(SharedServer server, string? header, string? value, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/" + query);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return await server.Http.SendAsync(request, Token);
    }
}
