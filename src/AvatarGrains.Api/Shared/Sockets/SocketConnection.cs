using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared.Sockets;

/// <summary>
/// One WebSocket from its acceptance to its close: one loop receives, another sends. A client that answers no ping within 20 seconds is gone.
/// </summary>
internal sealed class SocketConnection(WebSocket socket, SocketBounds bounds, TimeProvider time)
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);

    private readonly SocketIn _input = new(socket, bounds.MaxMessageBytes);

    public SocketOut Out { get; } = new(socket);

    /// <summary>Accepts the socket of a request.</summary>
    /// <param name="context">A WebSocket request.</param>
    /// <param name="subprotocol">One that the client offered, or null.</param>
    /// <returns>The socket; the caller disposes it.</returns>
    public static Task<WebSocket> AcceptAsync(HttpContext context, string? subprotocol = null) => context.WebSockets.AcceptWebSocketAsync(
        new WebSocketAcceptContext { KeepAliveInterval = Ping, KeepAliveTimeout = Ping, SubProtocol = subprotocol });

    /// <summary>Accepts a socket only to close it: browsers are told a close code and its reason, and nothing of an HTTP status.</summary>
    public static async Task RefuseAsync(HttpContext context, int code, string reason, string? subprotocol = null)
    {
        using var socket = await AcceptAsync(context, subprotocol);
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, context.RequestAborted);
    }

    /// <summary>
    /// Serves the connection until it ends: at the client's close or loss, at <see cref="SocketOut.Close"/>, or when the client has been silent
    /// for too long.
    /// </summary>
    /// <param name="receive">Takes each message; the next one is read when it is done. Its token fires when the connection ends.</param>
    /// <param name="aborted">Cuts the connection.</param>
    public async Task RunAsync(Func<SocketMessage, CancellationToken, ValueTask> receive, CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var sending = Out.RunAsync(over.Token);
        var receiving = ReceiveAsync(receive, over.Token);
        await Task.WhenAny(sending, receiving);
        Out.Close(receiving.IsFaulted ? WebSocketCloseStatus.InternalServerError : WebSocketCloseStatus.NormalClosure, "");
        if (receiving.IsCompleted)
        {
            await sending;
        }
        else
        {
            // The client answers the close; cutting the connection before could cost it the last messages.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
            await Task.WhenAny(receiving, Task.Delay(bounds.CloseTime, time, patience.Token));
            await patience.CancelAsync();
        }

        await over.CancelAsync();
        await Task.WhenAll(sending, receiving);
    }

    private async Task ReceiveAsync(Func<SocketMessage, CancellationToken, ValueTask> receive, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var idle = bounds.Idle ?? Timeout.InfiniteTimeSpan;
        await using var silence = time.CreateTimer(
            _ => Out.Close(WebSocketCloseStatus.EndpointUnavailable, "idle"), null, idle, Timeout.InfiniteTimeSpan);
        try
        {
            while (await _input.ReadAsync(cancellationToken) is { } message)
            {
                // What a message takes here is not the client's silence.
                silence.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                await receive(message, cancellationToken);
                silence.Change(idle, Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The connection ended while a message was being answered.
        }
    }
}
