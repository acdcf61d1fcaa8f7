using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.AIAvatarKit.Socket;

/// <summary>One client that has its speech recognised and nothing answered. The receiving loop owns it, but for what the session delivers.</summary>
internal sealed class KitRecognitionSocket : ISessionSink, IAsyncDisposable
{
    private readonly KitSocketServices _services;
    private readonly string _tenant;
    private readonly SocketConnection _connection;
    private IAsyncDisposable? _subscription;
    private ISession? _session;
    private string? _sessionId;
    private bool _voiced;

    public KitRecognitionSocket(KitSocketServices services, string tenant, WebSocket socket)
    {
        (_services, _tenant) = (services, tenant);
        _connection = new SocketConnection(socket, new SocketBounds(services.Options.MaxMessageBytes), services.Time);
    }

    public Task RunAsync(CancellationToken aborted) => _connection.RunAsync(OnMessageAsync, aborted);

    void ISessionSink.Deliver(SessionOutput output)
    {
        switch (output)
        {
            case UserCaption { Final: false } partial:
                if (!_voiced)
                {
                    _voiced = true;
                    Tell("voiced", null, isFinal: false);
                }

                Tell("partial", partial.Text, isFinal: false);
                break;
            case UserCaption final:
                _voiced = false;
                Tell("final", final.Text, isFinal: true);
                break;
            case TurnFailed failed:
                Fail(failed.Detail);
                break;
            case SessionEnded:
                _connection.Out.Close(WebSocketCloseStatus.NormalClosure, "ended");
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_subscription is { } subscription)
        {
            await subscription.DisposeAsync();
        }

        if (_session is { } session)
        {
            await session.SendAsync(new EndSession(TerminationReason.GracefulTermination), CancellationToken.None);
        }
    }

    private async ValueTask OnMessageAsync(SocketMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var request = message.Kind == SocketMessageKind.Text
                ? JsonSerializer.Deserialize(message.Data.Span, KitJson.Default.KitRequest)
                : throw KitErrors.Refuse("Messages are JSON text of bounded length.");
            await OnRequestAsync(request ?? throw KitErrors.Refuse("A message must be a JSON object."), cancellationToken);
        }
        catch (JsonException)
        {
            Fail("The message is not valid JSON.");
        }
        catch (Exception refused) when (refused is RequestException or SessionRejectedException)
        {
            Fail(refused.Message);
        }
    }

    private async ValueTask OnRequestAsync(KitRequest request, CancellationToken cancellationToken)
    {
        switch (request.Type)
        {
            case "start" when _session is null:
                if (string.IsNullOrEmpty(request.SessionId))
                {
                    Fail("session_id is required.");
                    _connection.Out.Close(WebSocketCloseStatus.NormalClosure, "");
                    return;
                }

                _sessionId = request.SessionId;
                _session = (await _services.Contexts.OpenAsync(_tenant, null, cancellationToken)).Session;
                _subscription = await _session.SubscribeAsync(this, cancellationToken);
                await ListenAsync(new MicrophoneSettings(_services.Options.EndSilence, _services.Options.VolumeDbThreshold), cancellationToken);
                Tell("connected", null, isFinal: false);
                break;
            case "data" when _session is { } session:
                var bytes = Encoded.Base64(request.AudioData, "audio_data", _services.Options.MaxMessageBytes).Demand();
                session.PushAudio(Encoded.Pcm16(bytes, "audio_data").Demand());
                break;
            case "config" when _session is not null:
                if (request.Metadata?.TryGetValue("volume_db_threshold", out var level) == true && level.ValueKind == JsonValueKind.Number)
                {
                    await ListenAsync(new MicrophoneSettings(LevelDb: level.GetDouble()), cancellationToken);
                }

                break;
            case "stop":
                _connection.Out.Close(WebSocketCloseStatus.NormalClosure, "");
                break;
            default:
                throw KitErrors.Refuse(_session is null ? "The first message must be start." : "There is no message of such a type.");
        }
    }

    private async ValueTask ListenAsync(MicrophoneSettings settings, CancellationToken cancellationToken)
    {
        var result = await _session!.SendAsync(new StartListening(ListenMode.Report, Settings: settings), cancellationToken);
        if (result.Reject is { } reject)
        {
            throw new SessionRejectedException(reject, result.Detail);
        }
    }

    private void Fail(string detail) => Post(new JsonObject
    {
        ["type"] = "error",
        ["session_id"] = _sessionId,
        ["text"] = null,
        ["is_final"] = false,
        ["metadata"] = new JsonObject { ["error"] = detail },
    });

    private void Tell(string type, string? text, bool isFinal) => Post(new JsonObject
    {
        ["type"] = type,
        ["session_id"] = _sessionId,
        ["text"] = text,
        ["is_final"] = isFinal,
        ["metadata"] = new JsonObject(),
    });

    private void Post(JsonObject message) => _connection.Out.Post(KitBodies.Bytes(message));
}
