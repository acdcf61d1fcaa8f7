using System.Net;
using System.Net.WebSockets;
using AvatarGrains.Api.Tests.Perso;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>The socket by which clients hear that a server ends.</summary>
public sealed class HealthSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopping_server_closes_it_with_its_reason()
    {
        await using var server = await PersoServer.StartAsync();
        using var socket = await ConnectAsync(server);
        var heard = socket.ReceiveAsync(new byte[16], Token);
        server.Stop();
        Assert.Equal(WebSocketMessageType.Close, (await heard.WaitAsync(Patience, TimeProvider.System, Token)).MessageType);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
    }

    [Fact]
    public async Task Client_that_talks_on_it_is_refused()
    {
        await using var server = await PersoServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        Assert.Equal(
            WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16], Token).WaitAsync(Patience, TimeProvider.System, Token)).MessageType);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
    }

    [Fact]
    public async Task Plain_request_is_told_what_it_is()
    {
        await using var server = await PersoServer.StartAsync();
        using var answer = await server.Http.GetAsync("/api/v1/health/ws", Token);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    private static async Task<ClientWebSocket> ConnectAsync(PersoServer server)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Next.Authority}/api/v1/health/ws"), Token);
        return socket;
    }
}
