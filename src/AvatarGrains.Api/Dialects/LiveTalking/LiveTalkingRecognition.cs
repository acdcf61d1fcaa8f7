using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Engines;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Speech to text over a WebSocket, without a session.</summary>
internal sealed class LiveTalkingRecognition(IEngineCatalog engines, IKnowledgeSource knowledge, LiveTalkingOptions options, TimeProvider time)
{
    private const string Subprotocol = "binary";

    private static readonly SocketBounds Bounds = new(1 << 20) { Idle = TimeSpan.FromMinutes(10) };

    public async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new RequestException(new RequestError(RequestFault.Invalid, "This is a WebSocket."));
        }

        var recognizer = engines.FindRecognizer(null)
            ?? throw new RequestException(new RequestError(RequestFault.UnknownReference, "This server has no recognizer."));
        var subprotocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol) ? Subprotocol : null;
        using var socket = await SocketConnection.AcceptAsync(context, subprotocol);
        var connection = new SocketConnection(socket, Bounds, time);
        using var utterances = new LiveTalkingUtterances(
            recognizer, new RecognitionContext(null, knowledge.BuiltIn.ForRecognition), connection.Out, options.MaxUtterance);
        await connection.RunAsync(utterances.ReceiveAsync, context.RequestAborted);
    }
}
