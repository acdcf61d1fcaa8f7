using System.Net.WebSockets;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>The session sockets: one for each session, the newest, whichever server it is connected to.</summary>
internal sealed class AvatarChatSockets(
    ISessionHost host,
    AvatarChatSessions sessions,
    AvatarChatTurns turns,
    OpenAvatarChatOptions options,
    TimeProvider time,
    ILogger<AvatarChatSockets> log)
{
    public async Task AcceptAsync(string id, HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new RequestException(new RequestError(RequestFault.NotFound, "Not Found"));
        }

        // A socket that is closed before it is accepted is a refused handshake.
        if (await sessions.FindAsync(id, context.RequestAborted) is not { } session)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await SocketConnection.AcceptAsync(context);
        var connection = new SocketConnection(socket, new SocketBounds(options.MaxMessageBytes), time);
        var one = new AvatarChatSocket(session, host, turns, connection.Out, options, time, log);
        one.Greet();
        try
        {
            await using var subscription = await host.Open(id).SubscribeAsync(one, context.RequestAborted);
            await host.Open(id).SendAsync(new TakeOver(AvatarChatSocket.Place, one.Owner), context.RequestAborted);
            await connection.RunAsync(one.ReceiveAsync, context.RequestAborted);
        }
        catch (SessionRejectedException)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)AvatarChatSocket.NotFoundCode, "Session not found", context.RequestAborted);
        }
    }
}
