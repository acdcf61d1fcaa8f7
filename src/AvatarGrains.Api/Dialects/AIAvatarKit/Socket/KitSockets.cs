using System.Net.WebSockets;
using AvatarGrains.Api.Shared.Sockets;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.AIAvatarKit.Socket;

/// <summary>Accepts the WebSockets of the dialect.</summary>
internal sealed class KitSockets(KitAccess access, KitSocketServices services)
{
    /// <summary>Conversation: listens, answers, and stops when spoken over.</summary>
    public Task TalkAsync(HttpContext http) => AcceptAsync(http, async (tenant, socket) =>
    {
        await using var one = new KitSocket(services, tenant, socket);
        await one.RunAsync(http.RequestAborted);
    });

    /// <summary>Recognition alone.</summary>
    public Task RecognizeAsync(HttpContext http) => AcceptAsync(http, async (tenant, socket) =>
    {
        await using var one = new KitRecognitionSocket(services, tenant, socket);
        await one.RunAsync(http.RequestAborted);
    });

    private async Task AcceptAsync(HttpContext http, Func<string, WebSocket, Task> serve)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw KitErrors.Refuse("This is a WebSocket.");
        }

        if (!(await access.IdentifyAsync(http)).Is(out var caller, out var error))
        {
            var offered = http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault();
            await SocketConnection.RefuseAsync(http, (int)WebSocketCloseStatus.PolicyViolation, error.Detail, offered);
            return;
        }

        using var socket = await SocketConnection.AcceptAsync(http, caller.Subprotocol);
        await serve(caller.Tenant, socket);
    }
}
