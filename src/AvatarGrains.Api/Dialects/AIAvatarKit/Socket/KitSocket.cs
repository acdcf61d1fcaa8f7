using System.Net.WebSockets;
using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.AIAvatarKit.Socket;

/// <summary>
/// One client's WebSocket: its messages become commands of a session, and <see cref="KitVoice"/> tells it what the session does. The receiving loop
/// owns it, but for what other threads may call.
/// </summary>
internal sealed class KitSocket : IAsyncDisposable
{
    private readonly KitSocketServices _services;
    private readonly SocketConnection _connection;
    private KitVoice? _voice;

    public KitSocket(KitSocketServices services, string tenant, WebSocket socket)
    {
        (_services, Tenant) = (services, tenant);
        _connection = new SocketConnection(socket, new SocketBounds(services.Options.MaxMessageBytes), services.Time);
    }

    /// <summary>Whose it is.</summary>
    public string Tenant { get; }

    /// <summary>The ids of its messages; the context is the one in use.</summary>
    public KitIds Ids { get; private set; } = new(null, null, null);

    /// <summary>What is heard and said; null before <c>start</c>. Any thread.</summary>
    public KitVoice? Voice => Volatile.Read(ref _voice);

    /// <summary>Serves the client until the connection ends.</summary>
    public Task RunAsync(CancellationToken aborted) => _connection.RunAsync(OnMessageAsync, aborted);

    /// <summary>Another socket has this session now. Any thread.</summary>
    public void Replace()
    {
        Send(Ids.Error("The session is connected elsewhere."));
        _connection.Out.Close(WebSocketCloseStatus.NormalClosure, "replaced");
    }

    /// <summary>Any thread.</summary>
    public void Send(KitResponse response) => _connection.Out.Post(KitBodies.Bytes(response));

    public async ValueTask DisposeAsync()
    {
        _services.Registry.Remove(this);
        if (_voice is { } voice)
        {
            var shared = _services.Registry.Of(Tenant).Any(other => other.Ids.ContextId == Ids.ContextId);
            await voice.DisposeAsync(shared);
        }
    }

    private async ValueTask OnMessageAsync(SocketMessage message, CancellationToken cancellationToken)
    {
        try
        {
            switch (message.Kind)
            {
                case SocketMessageKind.TooLong:
                    Send(Ids.Error($"A message may have {_services.Options.MaxMessageBytes} bytes."));
                    break;
                case SocketMessageKind.Binary:
                    Send(Ids.Error("Messages are JSON text."));
                    break;
                default:
                    await OnRequestAsync(Parse(message.Data.Span), cancellationToken);
                    break;
            }
        }
        catch (Exception refused) when (refused is RequestException or SessionRejectedException)
        {
            Send(Ids.Error(refused.Message));
        }
    }

    private static KitRequest Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, KitJson.Default.KitRequest) ?? throw KitErrors.Refuse("A message must be a JSON object.");
        }
        catch (JsonException wrong)
        {
            throw KitErrors.Refuse(RequestError.Of(wrong) is { Fault: RequestFault.WrongType, Field: { } field }
                ? $"{field} has the wrong type."
                : "The message is not valid JSON.");
        }
    }

    private async ValueTask OnRequestAsync(KitRequest request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.SessionId))
        {
            var ids = new KitIds(request.SessionId, request.UserId, request.ContextId);
            Send(ids.Response("final") with { Metadata = new() { ["error"] = "WebSocket disconnect: session_id is required." } });
            _connection.Out.Close(WebSocketCloseStatus.NormalClosure, "");
            return;
        }

        if (request.Type == "stop")
        {
            _connection.Out.Close(WebSocketCloseStatus.NormalClosure, "");
            return;
        }

        if (request.Type is not ("start" or "data" or "invoke" or "config"))
        {
            throw KitErrors.Refuse($"There is no message of type '{Shown(request.Type)}'.");
        }

        if (request.Type == "start")
        {
            await StartAsync(request, cancellationToken);
            return;
        }

        var voice = _voice ?? throw KitErrors.Refuse("The first message must be start.");
        if (request.SessionId != Ids.SessionId)
        {
            throw KitErrors.Refuse("This connection belongs to another session.");
        }

        switch (request.Type)
        {
            case "data":
                await PushAsync(request, voice, cancellationToken);
                break;
            case "invoke":
                await InvokeAsync(request, voice, cancellationToken);
                break;
            default:
                await ConfigureAsync(request, voice, cancellationToken);
                break;
        }
    }

    private async ValueTask StartAsync(KitRequest request, CancellationToken cancellationToken)
    {
        if (_voice is not null && request.SessionId != Ids.SessionId)
        {
            throw KitErrors.Refuse("This connection belongs to another session.");
        }

        await UseAsync(request.ContextId, request, cancellationToken);
        _services.Registry.Add(this)?.Replace();
        _services.Log.Add(Tenant, $"ws: session {request.SessionId} started, context {Ids.ContextId}");
    }

    /// <summary>Goes on with a conversation, or begins one, and listens.</summary>
    private async ValueTask<KitVoice> UseAsync(string? contextId, KitRequest request, CancellationToken cancellationToken)
    {
        var context = await _services.Contexts.OpenAsync(Tenant, contextId, cancellationToken);
        if (_voice is { } old)
        {
            await old.DisposeAsync();
            Volatile.Write(ref _voice, null);
        }

        Ids = new KitIds(request.SessionId, request.UserId ?? Ids.UserId, context.Id);
        if (request.Type == "start")
        {
            Send(new KitIds(request.SessionId, request.UserId, request.ContextId).Response("connected"));
        }

        var voice = await KitVoice.BeginAsync(_services, context, Ids, _connection.Out, cancellationToken);
        Volatile.Write(ref _voice, voice);
        return voice;
    }

    private async ValueTask PushAsync(KitRequest request, KitVoice voice, CancellationToken cancellationToken)
    {
        var bytes = Encoded.Base64(request.AudioData, "audio_data", _services.Options.MaxMessageBytes).Demand();
        var samples = Encoded.Pcm16(bytes, "audio_data").Demand();
        if (voice.IsOver)
        {
            // The context has expired: a conversation begins.
            voice = await UseAsync(null, request, cancellationToken);
        }

        voice.Session.PushAudio(samples);
    }

    private async ValueTask InvokeAsync(KitRequest request, KitVoice voice, CancellationToken cancellationToken)
    {
        if (voice.IsOver || (request.ContextId is { Length: > 0 } other && other != Ids.ContextId))
        {
            voice = await UseAsync(request.ContextId, request, cancellationToken);
        }

        var question = await _services.Questions.ReadAsync(request, voice.Session, cancellationToken);
        if (question.Text.Length == 0)
        {
            Send(Ids.Response("canceled") with { Metadata = new() { ["reason"] = "No speech was recognized." } });
            return;
        }

        if (voice.IsAsleep && !KitContexts.Wakes(question.Text, voice.Wakewords))
        {
            Send((Ids with { ContextId = null }).Response("final") with { Text = "", VoiceText = "" });
            return;
        }

        await voice.AskAsync(question, wait: request.WaitInQueue == true, cancellationToken);
    }

    private static async ValueTask ConfigureAsync(KitRequest request, KitVoice voice, CancellationToken cancellationToken)
    {
        var settings = new MicrophoneSettings();
        if (request.Metadata?.TryGetValue("volume_db_threshold", out var threshold) == true && threshold.ValueKind != JsonValueKind.Null)
        {
            settings = settings with
            {
                LevelDb = threshold.ValueKind == JsonValueKind.Number
                    ? threshold.GetDouble()
                    : throw KitErrors.Refuse("volume_db_threshold must be a number."),
            };
        }

        if (request.Metadata?.TryGetValue("barge_in_enabled", out var enabled) == true && enabled.ValueKind != JsonValueKind.Null)
        {
            settings = settings with
            {
                BargeIn = enabled.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? enabled.GetBoolean()
                    : throw KitErrors.Refuse("barge_in_enabled must be true or false."),
            };
        }

        await voice.ListenAsync(settings, cancellationToken);
    }

    private static string Shown(string? type) => type is { Length: > 40 } ? type[..40] : type ?? "";
}
