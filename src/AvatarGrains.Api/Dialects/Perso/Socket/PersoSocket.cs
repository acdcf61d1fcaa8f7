using System.Net.WebSockets;
using System.Security.Cryptography;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>
/// The session socket of SDK 1.7 and later, one connection: recognition, language model and speech as requests and answers with ids.
/// Everything is sent through <see cref="SocketOut"/>.
/// </summary>
internal sealed class PersoSocket : ISessionSink
{
    private readonly SocketServices _services;
    private readonly string _sessionId;
    private readonly SocketConnection _connection;
    private readonly SocketOut _output;
    private readonly SocketOperations _operations;
    private readonly SocketLanguage _language;
    private readonly SocketSpeech _speech;
    private SocketListener? _listener;
    private long _rateAt;
    private double _rateLeft = SocketLimits.MessagesPerSecond;

    public PersoSocket(SocketServices services, string sessionId, WebSocket socket, ILogger log)
    {
        _services = services;
        _sessionId = sessionId;
        _connection = new SocketConnection(socket, new SocketBounds(SocketLimits.MaxMessageBytes), services.Time);
        _output = _connection.Out;
        _operations = new SocketOperations(_output, log);
        _language = new SocketLanguage(services, _output, sessionId);
        _speech = new SocketSpeech(services, _output, sessionId);
        _rateAt = services.Time.GetTimestamp();
    }

    /// <summary>What only one socket of a session holds.</summary>
    public const string Place = "perso-socket";

    /// <summary>Names this socket among all of the session, of this edge and others.</summary>
    public string Owner { get; } = "ws-" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    public void Deliver(SessionOutput output)
    {
        switch (output)
        {
            case TakenOver { What: Place } taken when taken.Owner != Owner:
                _output.Post(SocketMessages.Empty("session.displaced", null));
                _output.Close(WebSocketCloseStatus.NormalClosure, "session.displaced");
                break;
            case QuotaWarning warning:
                _output.Post(SocketMessages.Write("session.warning", null, json =>
                {
                    json.WriteString("reason", PersoReason.Name(warning.Reason));
                    json.WriteNumber("left_sec", (long)warning.Left.TotalSeconds);
                }));
                break;
            case SessionEnded ended:
                _output.Post(SocketMessages.Write("session.terminated", null, json =>
                {
                    json.WriteString("code", PersoReason.Name(ended.Reason));
                    json.WriteString("reason", PersoReason.Name(ended.Reason));
                }));
                _output.Close(WebSocketCloseStatus.NormalClosure, "session.terminated");
                break;
        }
    }

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync(SessionSnapshot session, CancellationToken aborted)
    {
        _output.Post(Ready(session));
        await _connection.RunAsync(ReceiveAsync, aborted);
        await _operations.FinishAsync();
        await (_listener?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static byte[] Ready(SessionSnapshot session) => SocketMessages.Write("session.ready", null, json =>
    {
        json.WriteString("session_id", session.Id);
        json.WriteString("status", PersoReason.Name(session.Status));
        json.WriteStartArray("capabilities");
        foreach (var name in PersoReason.Names(session.Spec.Capabilities))
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteBoolean("history_present", session.History.Count > 0);
    });

    private async ValueTask ReceiveAsync(SocketMessage received, CancellationToken cancellationToken)
    {
        if (received.Kind != SocketMessageKind.Text)
        {
            _output.Post(SocketMessages.Error(
                "error", null, "oversize", $"A message is text and may have {SocketLimits.MaxMessageBytes} bytes."));
            return;
        }

        var parsed = SocketEnvelope.Parse(received.Data, out var document);
        using (document)
        {
            if (parsed is not { } envelope)
            {
                _output.Post(SocketMessages.Error("error", null, "bad_envelope", "A message is a JSON object with type, id and payload."));
            }
            else if (Throttle() is { } wait)
            {
                _output.Post(SocketMessages.RateLimited(ErrorType(envelope), envelope.Id, wait));
            }
            else
            {
                await AnswerAsync(envelope, cancellationToken);
            }
        }
    }

    // SDKs give up every request of the connection at an "error": what is wrong with one is told to that one.
    private static string ErrorType(SocketEnvelope envelope) =>
        envelope.Type.Split('.')[0] is var modality && modality is "stt" or "llm" or "tts" or "realtime_stt" ? modality + ".error" : "error";

    private async ValueTask AnswerAsync(SocketEnvelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            await DispatchAsync(envelope, cancellationToken);
        }
        catch (SocketRequestException refused)
        {
            var type = refused.Code is "bad_envelope" or "unknown_type" ? "error" : ErrorType(envelope);
            _output.Post(SocketMessages.Error(type, envelope.Id, refused.Code, refused.Message));
        }
    }

    private async ValueTask DispatchAsync(SocketEnvelope envelope, CancellationToken cancellationToken)
    {
        switch (envelope.Type)
        {
            case "llm.request":
                Start("llm", envelope, _language.Read, cancellationToken);
                break;
            case "tts.request":
                Start("tts", envelope, _speech.ReadSpeak, cancellationToken);
                break;
            case "stt.request":
                Start("stt", envelope, _speech.ReadRecognize, cancellationToken);
                break;
            case "cancel.request":
                await CancelAsync(envelope);
                break;
            case "stt.start" or "realtime_stt.start":
                await ListenAsync(envelope, cancellationToken);
                break;
            case "stt.audio_chunk" or "realtime_stt.audio_chunk":
                Listener(envelope).Append(envelope);
                break;
            case "stt.stop" or "realtime_stt.stop":
                await StopAsync(envelope, cancellationToken);
                break;
            default:
                throw new SocketRequestException("unknown_type", $"There is no message {envelope.Type}.");
        }
    }

    private delegate Func<CancellationToken, Task> Reader(string id, in SocketEnvelope request);

    private void Start(string modality, SocketEnvelope envelope, Reader read, CancellationToken connection)
    {
        var id = envelope.Id ?? throw new SocketRequestException("bad_envelope", "id is required.");
        _operations.Start(modality, id, read(id, envelope), connection);
    }

    private async ValueTask CancelAsync(SocketEnvelope envelope)
    {
        var target = envelope.Text("target_id") ?? throw new SocketRequestException("bad_envelope", "target_id is required.");
        var modality = _operations.Cancel(target);
        if (modality is null && _listener is { IsOver: false } listener && listener.Id == target)
        {
            modality = "stt";
            _listener = null;
            listener.Cancel();
            await listener.DisposeAsync();
        }

        _output.Post(SocketMessages.Write("cancel.result", envelope.Id, json =>
        {
            json.WriteString("target_id", target);
            json.WriteBoolean("cancelled", modality is not null);
            json.WriteString("modality", modality);
        }));
    }

    private async ValueTask ListenAsync(SocketEnvelope envelope, CancellationToken cancellationToken)
    {
        if (_listener is { IsOver: false })
        {
            throw new SocketRequestException("stream_busy", "A stream is open.");
        }

        await (_listener?.DisposeAsync() ?? ValueTask.CompletedTask);
        _listener = null;
        _listener = await SocketListener.StartAsync(_services, _output, _sessionId, Family(envelope), envelope, cancellationToken);
    }

    private async ValueTask StopAsync(SocketEnvelope envelope, CancellationToken cancellationToken)
    {
        var listener = Listener(envelope);
        _listener = null;
        await using (listener)
        {
            await listener.StopAsync(envelope.Id, cancellationToken);
        }
    }

    private SocketListener Listener(SocketEnvelope envelope) =>
        _listener is { IsOver: false } listener && listener.Family == Family(envelope)
            ? listener
            : throw new SocketRequestException("stream_state", "No stream is open.");

    private static SocketFamily Family(SocketEnvelope envelope) =>
        envelope.Type.StartsWith("realtime_", StringComparison.Ordinal) ? SocketFamily.Realtime : SocketFamily.Stt;

    private int? Throttle()
    {
        var now = _services.Time.GetTimestamp();
        _rateLeft = Math.Min(
            SocketLimits.MessagesPerSecond, _rateLeft + (_services.Time.GetElapsedTime(_rateAt, now).TotalSeconds * SocketLimits.MessagesPerSecond));
        _rateAt = now;
        if (_rateLeft < 1)
        {
            return (int)Math.Ceiling((1 - _rateLeft) * 1000 / SocketLimits.MessagesPerSecond);
        }

        _rateLeft--;
        return null;
    }
}
