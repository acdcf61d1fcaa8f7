using System.Net.WebSockets;
using System.Text;
using AvatarGrains.Api.Shared.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>WebSocket plumbing against a real client.</summary>
public sealed class SocketTests
{
    private const int MaxBytes = 40_000;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_are_whole_and_keep_their_kind_and_order()
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server);
        await client.SendAsync("he"u8.ToArray(), WebSocketMessageType.Text, false, Token);
        await client.SendAsync("llo"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        await client.SendAsync(new byte[MaxBytes], WebSocketMessageType.Binary, true, Token);
        await client.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, Token);
        Assert.Equal("Text 5 hello", await ReadAsync(client));
        Assert.Equal("Binary 40000", await ReadAsync(client));
        Assert.Equal("Text 0 ", await ReadAsync(client));
    }

    [Theory]
    [InlineData(MaxBytes + 1)]
    [InlineData(10_000_000)]
    public async Task Message_over_the_limit_is_dropped_and_the_connection_goes_on(int bytes)
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server);
        await client.SendAsync(new byte[bytes], WebSocketMessageType.Text, true, Token);
        await client.SendAsync("next"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        Assert.Equal("TooLong 0", await ReadAsync(client));
        Assert.Equal("Text 4 next", await ReadAsync(client));
    }

    [Fact]
    public async Task Small_limit_holds_too()
    {
        await using var server = await StartAsync(new SocketBounds(8));
        using var client = await ConnectAsync(server);
        await client.SendAsync("12345678"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        await client.SendAsync("123456789"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        Assert.Equal("Text 8 12345678", await ReadAsync(client));
        Assert.Equal("TooLong 0", await ReadAsync(client));
    }

    [Fact]
    public async Task Server_closes_with_its_first_reason_after_what_waits()
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server);
        await client.SendAsync("bye"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        Assert.Equal("Text 3 bye", await ReadAsync(client));
        Assert.Null(await ReadAsync(client));
        Assert.Equal(((WebSocketCloseStatus)4001, "farewell"), (client.CloseStatus!.Value, client.CloseStatusDescription));
    }

    [Fact]
    public async Task Silent_client_is_closed_and_a_talking_one_is_not()
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server);
        Assert.Equal(Idle, await server.Watched.ArmedAsync(Token));
        for (var i = 0; i < 3; i++)
        {
            server.Time.Advance(Idle - TimeSpan.FromSeconds(1));
            await client.SendAsync("a"u8.ToArray(), WebSocketMessageType.Text, true, Token);
            Assert.Equal("Text 1 a", await ReadAsync(client));
            Assert.Equal(Idle, await server.Watched.ArmedAsync(Token));
        }

        server.Time.Advance(Idle);
        Assert.Null(await ReadAsync(client));
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "idle"), (client.CloseStatus!.Value, client.CloseStatusDescription));
    }

    [Fact]
    public async Task Failure_while_a_message_is_answered_closes_with_1011()
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server);
        await client.SendAsync("fail"u8.ToArray(), WebSocketMessageType.Text, true, Token);
        Assert.Null(await ReadAsync(client));
        Assert.Equal(WebSocketCloseStatus.InternalServerError, client.CloseStatus);
    }

    [Fact]
    public async Task Clients_close_is_answered()
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Token);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    /// <summary>A server that says what it has received.</summary>
    private static Task<SharedServer> StartAsync(SocketBounds? bounds = null) => SharedServer.StartAsync(
        (app, server) => app.MapGet("/ws", async (HttpContext context) =>
        {
            using var socket = await SocketConnection.AcceptAsync(context);
            var connection = new SocketConnection(socket, bounds ?? new SocketBounds(MaxBytes) { Idle = Idle }, server.Watched);
            await connection.RunAsync((message, _) => EchoAsync(connection.Out, message), context.RequestAborted);
        }),
        new FaultShape());

    private static ValueTask EchoAsync(SocketOut output, SocketMessage message)
    {
        var text = message.Kind == SocketMessageKind.Text ? " " + Encoding.UTF8.GetString(message.Data.Span) : "";
        if (text == " fail")
        {
            throw new InvalidOperationException("The dialect is broken.");
        }

        output.Post(Encoding.UTF8.GetBytes($"{message.Kind} {message.Data.Length}{text}"));
        if (text == " bye")
        {
            output.Close((WebSocketCloseStatus)4001, "farewell");
            output.Close(WebSocketCloseStatus.NormalClosure, "second");
        }

        return ValueTask.CompletedTask;
    }

    private static async Task<ClientWebSocket> ConnectAsync(SharedServer server)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws"), Token);
        return client;
    }

    private static async Task<string?> ReadAsync(ClientWebSocket client)
    {
        var buffer = new byte[1000];
        var read = await client.ReceiveAsync(buffer, Token);
        return read.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
