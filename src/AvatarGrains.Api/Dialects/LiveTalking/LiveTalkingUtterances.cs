using System.Net.WebSockets;
using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>
/// The utterances of one socket, one after another: <c>is_speaking</c> true, 16 kHz samples, <c>is_speaking</c> false, and then the words.
/// Driven by the receiving loop.
/// </summary>
internal sealed class LiveTalkingUtterances(
    ISpeechRecognizer recognizer, RecognitionContext context, SocketOut output, TimeSpan longest) : IDisposable
{
    private const int LeastSamples = ListenMachine.SampleRate / 50;

    private IRecognition? _recognition;
    private long _samples;
    private byte? _rest;
    private string _mode = "2pass";

    public async ValueTask ReceiveAsync(SocketMessage message, CancellationToken cancellationToken)
    {
        try
        {
            switch (message.Kind)
            {
                case SocketMessageKind.Text:
                    await ControlAsync(message.Data, cancellationToken);
                    break;
                case SocketMessageKind.Binary:
                    await AppendAsync(message.Data, cancellationToken);
                    break;
                default:
                    output.Close(WebSocketCloseStatus.MessageTooBig, "The message is too large.");
                    break;
            }
        }
        catch (EngineException failed)
        {
            Reset();
            output.Close(WebSocketCloseStatus.InternalServerError, Short(failed.Message));
        }
    }

    public void Dispose() => Reset();

    /// <summary>A close's reason holds 123 bytes.</summary>
    private static string Short(string reason) => reason.Length <= 40 ? reason : reason[..40];

    private async ValueTask ControlAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        bool speaking;
        try
        {
            using var json = JsonDocument.Parse(message);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("The message must be an object.");
            }

            if (json.RootElement.TryGetProperty("mode", out var mode) && mode.ValueKind == JsonValueKind.String)
            {
                _mode = mode.GetString()!;
            }

            // A message that says nothing of it only sets something.
            speaking = !json.RootElement.TryGetProperty("is_speaking", out var flag) || flag.ValueKind != JsonValueKind.False;
        }
        catch (JsonException)
        {
            output.Close(WebSocketCloseStatus.InvalidPayloadData, "The message is not a JSON object.");
            return;
        }

        if (!speaking)
        {
            await FinishAsync(cancellationToken);
        }
    }

    private async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        byte[] all = _rest is { } odd ? [odd, .. bytes.Span] : bytes.ToArray();
        _rest = all.Length % sizeof(short) == 1 ? all[^1] : null;
        var samples = Encoded.Pcm16(all.AsSpan(0, all.Length & ~1), "audio").Demand();
        _samples += samples.Length;
        if (_samples > (long)(longest.TotalSeconds * ListenMachine.SampleRate))
        {
            Reset();
            output.Close(WebSocketCloseStatus.MessageTooBig, "The utterance is too long.");
            return;
        }

        _recognition ??= await recognizer.StartAsync(context, cancellationToken);
        _recognition.Write(samples);
    }

    private async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        var heard = _recognition is not null && _samples >= LeastSamples;
        var text = heard ? (await _recognition!.FinishAsync(cancellationToken)).Text : "";
        Reset();
        output.Post(LiveTalkingAnswers.Write(json =>
        {
            json.WriteString("text", text);
            json.WriteString("mode", heard && _mode == "2pass" ? "2pass-offline" : _mode);
            json.WriteBoolean("is_final", true);
            json.WriteNull("timestamp");
        }));
    }

    private void Reset()
    {
        _recognition?.Dispose();
        (_recognition, _samples, _rest) = (null, 0, null);
    }
}
