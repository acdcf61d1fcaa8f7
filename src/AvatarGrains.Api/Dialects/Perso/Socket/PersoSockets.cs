using System.Net.WebSockets;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>The session sockets: one consumer per session, the newest, whichever edge it is connected to.</summary>
internal sealed class PersoSockets(SocketServices services, ILogger<PersoSockets> log)
{
    private const int NotFoundCode = 4404;
    private const int NotReadyCode = 4409;

    public async Task AcceptAsync(string id, HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw PersoException.Invalid("This is a WebSocket.", null);
        }

        var session = await services.Host.FindAsync(id, context.RequestAborted);
        if (session is null || session.Status == SessionStatus.Terminated)
        {
            var (code, reason) = session is null ? (NotFoundCode, "ws_session_not_found") : (NotReadyCode, "ws_session_not_ready");
            await SocketConnection.RefuseAsync(context, code, reason);
            return;
        }

        using var socket = await SocketConnection.AcceptAsync(context);
        await ServeAsync(session, socket, context.RequestAborted);
    }

    private async Task ServeAsync(SessionSnapshot session, WebSocket socket, CancellationToken aborted)
    {
        var id = session.Id;
        var one = new PersoSocket(services, id, socket, log);

        // A session with video is present by its media connection; without, by this one.
        var present = session.Spec.Capabilities.HasFlag(Capabilities.StfWebRtc) ? null : one.Owner;
        IAsyncDisposable? subscription = null;
        try
        {
            subscription = await services.Host.Open(id).SubscribeAsync(one, aborted);
            await services.Host.Open(id).SendAsync(new TakeOver(PersoSocket.Place, one.Owner), aborted);
            if (present is not null)
            {
                await services.Host.Open(id).SendAsync(new TransportConnected(present), aborted);
            }

            await one.RunAsync(await services.Host.FindAsync(id, aborted) ?? session, aborted);
        }
        catch (SessionRejectedException)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)NotReadyCode, "ws_session_not_ready", aborted);
        }
        finally
        {
            await (subscription?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (present is not null)
            {
                await services.Host.Open(id).SendAsync(new TransportLost(present, Graceful: false), CancellationToken.None);
            }
        }
    }
}
