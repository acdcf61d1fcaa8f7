using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AvatarGrains.Api.Health;

/// <summary>
/// A WebSocket on which nothing is said: it ends with code 1001 when the server begins to stop, and without one when its process is gone, which the
/// kernel tells the client within
/// a millisecond. Pings keep it open through proxies.
/// </summary>
internal sealed class HealthSocket(IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);

    public async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Ping });
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
        var heard = HearAsync(socket, context.RequestAborted);
        if (await Task.WhenAny(heard, stopping.Task) == stopping.Task)
        {
            await CloseAsync(socket, WebSocketCloseStatus.EndpointUnavailable, context.RequestAborted);
        }
        else if (await heard is { } why)
        {
            await CloseAsync(socket, why, context.RequestAborted);
        }
    }

    /// <returns>What to close with: the client's farewell, or nothing was to be said here; null when the client has gone.</returns>
    private static async Task<WebSocketCloseStatus?> HearAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            var heard = await socket.ReceiveAsync(new byte[1], cancellationToken);
            return heard.MessageType == WebSocketMessageType.Close ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.PolicyViolation;
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await socket.CloseOutputAsync(status, null, cancellationToken);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // It went while it was being told.
        }
    }
}
