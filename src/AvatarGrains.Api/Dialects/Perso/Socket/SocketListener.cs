using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>
/// One streaming recognition: audio in, partial words and results out. With turns, pauses end utterances and each is reported; without, the whole is
/// reported at the stop. Driven by the receiving loop; events arrive on pool threads.
/// </summary>
internal sealed class SocketListener : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly SocketServices _services;
    private readonly SocketOut _output;
    private readonly SocketFamily _family;
    private readonly string _id;
    private readonly string? _language;
    private readonly bool _turns;
    private readonly SampleFormat _format;
    private readonly ListenPipeline _pipeline;
    private readonly IResampler? _resampler;
    private readonly ITimer _idle;
    private readonly long _started;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _rest = [];
    private int _open;
    private int _utterances;
    private bool _stopping;
    private string _text = "";

    private SocketListener(SocketServices services, SocketOut output, SocketFamily family, string id, SocketListenPlan plan)
    {
        (_services, _output, _family, _id, _language, _turns) = (services, output, family, id, plan.Language, plan.Turns);
        _format = plan.Format;
        var longest = plan.Turns ? SocketLimits.TurnsStreamTime : SocketLimits.StreamTime;
        _pipeline = new ListenPipeline(
            services.Detectors.Create(VoiceActivityOptions.Default), ListenOptions.Default with { MaxDictation = longest }, OnEvent);
        _resampler = plan.SampleRate == ListenMachine.SampleRate ? null : services.Codecs.CreateResampler(plan.SampleRate, ListenMachine.SampleRate);
        _started = services.Time.GetTimestamp();
        _idle = services.Time.CreateTimer(_ => OnIdle(), null, SocketLimits.StreamIdle, Timeout.InfiniteTimeSpan);
        _pipeline.Start(plan.Turns ? ListenMode.Conversation : ListenMode.Dictation, plan.Recognizer, plan.Context);
    }

    /// <summary>True when nothing more is taken: it broke, or the client was silent too long.</summary>
    public bool IsOver { get; private set; }

    public SocketFamily Family => _family;

    /// <summary>The id of the message that opened it.</summary>
    public string Id => _id;

    /// <summary>Opens a recognition for a session.</summary>
    /// <exception cref="SocketRequestException">The session or the request does not allow it.</exception>
    public static async ValueTask<SocketListener> StartAsync(
        SocketServices services, SocketOut output, string sessionId, SocketFamily family, SocketEnvelope request, CancellationToken cancellationToken)
    {
        var id = request.Id ?? throw new SocketRequestException("bad_envelope", "id is required.");
        var rate = request.Number("sample_rate") ?? ListenMachine.SampleRate;
        if (FormatOf(request.Text("audio_format")) is not { } format || request.Number("num_channels") is not (null or 1)
            || rate is < 8000 or > 48000)
        {
            throw new SocketRequestException(
                "mode_unsupported", "Streams are pcm_s16le, pcm_s24le, pcm_s32le or pcm_f32le with one channel at 8000 to 48000 Hz.");
        }

        var session = await services.Host.FindAsync(sessionId, cancellationToken);
        if (session is null || session.Status == SessionStatus.Terminated || !session.Spec.Capabilities.HasFlag(Capabilities.Stt))
        {
            throw new SocketRequestException("capability_not_enabled", "The session was made without STT.");
        }

        var recognizer = services.Engines.FindRecognizer(session.Spec.Recognizer)
            ?? throw new SocketRequestException("provider_error", "This server has no recognizer.");
        await services.Host.Open(sessionId).SendAsync(new RecordEvent("SESSION_STT", ""), cancellationToken);
        var language = request.Text("language") ?? session.Spec.Language;
        var turns = family == SocketFamily.Realtime || PersoSttMode.Of(PersoSessionMapper.RequestOf(session.Spec).SttType).Turns;
        var knowledge = session.Spec.Document is { Length: > 0 } document ? await services.Knowledge.FindAsync(document, cancellationToken) : null;
        var context = new RecognitionContext(language, (knowledge ?? services.Knowledge.BuiltIn).ForRecognition);
        var listener = new SocketListener(services, output, family, id, new SocketListenPlan(language, turns, format, rate, recognizer, context));
        output.Post(SocketMessages.Empty($"{family.Prefix}.started", id));
        return listener;
    }

    /// <summary>Adds audio.</summary>
    /// <exception cref="SocketRequestException">It is too much, too long or malformed.</exception>
    public void Append(in SocketEnvelope request)
    {
        if (!Encoded.Base64(request.Member("audio_b64"), "audio_b64", SocketLimits.MaxChunkCharacters).Is(out var bytes, out var wrong))
        {
            throw wrong.Fault == RequestFault.TooLarge
                ? new SocketRequestException("oversize", wrong.Detail)
                : new SocketRequestException("bad_envelope", "audio_b64 must be base64.");
        }

        if (_services.Time.GetElapsedTime(_started) > (_turns ? SocketLimits.TurnsStreamTime : SocketLimits.StreamTime))
        {
            IsOver = true;
            throw new SocketRequestException("stream_max_duration", "The stream lasted as long as it may.");
        }

        _idle.Change(SocketLimits.StreamIdle, Timeout.InfiniteTimeSpan);
        _pipeline.Push(Resampled(Samples(bytes)), playing: false);
    }

    /// <summary>Ends the audio, waits for the last words and reports.</summary>
    public async Task StopAsync(string? id, CancellationToken cancellationToken)
    {
        await _idle.DisposeAsync();
        _pipeline.Stop();
        lock (_lock)
        {
            _stopping = true;
            if (_open == 0)
            {
                _settled.TrySetResult();
            }
        }

        await _settled.Task.WaitAsync(cancellationToken);
        if (IsOver)
        {
            return;
        }

        _output.Post(_family == SocketFamily.Realtime
            ? SocketMessages.Write("realtime_stt.finished", id, json => json.WriteNumber("utterance_count", _utterances))
            : SocketMessages.Transcript("stt.result", id, _text, _language, _turns ? _utterances : null));
    }

    /// <summary>The client wants no more of it; says so.</summary>
    public void Cancel() => Break("cancelled", "The stream was cancelled.");

    public async ValueTask DisposeAsync()
    {
        await _idle.DisposeAsync();
        await _pipeline.DisposeAsync();
        _resampler?.Dispose();
    }

    private static SampleFormat? FormatOf(string? name) => name switch
    {
        null or "pcm_s16le" => SampleFormat.S16,
        "pcm_s24le" => SampleFormat.S24,
        "pcm_s32le" => SampleFormat.S32,
        "pcm_f32le" => SampleFormat.F32,
        _ => null,
    };

    /// <summary>What is left of a sample at a chunk's end begins the next one's first.</summary>
    private short[] Samples(byte[] bytes)
    {
        byte[] all = _rest.Length > 0 ? [.. _rest, .. bytes] : bytes;
        var width = _format.Width();
        var samples = new short[all.Length / width];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = _format.Read(all.AsSpan(i * width));
        }

        _rest = all[(samples.Length * width)..];
        return samples;
    }

    private ReadOnlySpan<short> Resampled(short[] samples)
    {
        if (_resampler is null)
        {
            return samples;
        }

        var wanted = new short[_resampler.MaxOutput(samples.Length)];
        return wanted.AsSpan(0, _resampler.Process(samples, wanted));
    }

    private void OnIdle() => Break("stream_idle_timeout", "No audio arrived for 30 seconds.");

    private void OnEvent(ListenEvent heard)
    {
        switch (heard)
        {
            case SpeechStarted:
                lock (_lock)
                {
                    _open++;
                }

                break;
            case PartialHeard partial:
                _output.Post(SocketMessages.Write($"{_family.Prefix}.partial", _id, json =>
                {
                    json.WriteString("text", partial.Text);
                    json.WriteString(_family.FinalText, "");
                    if (_turns)
                    {
                        json.WriteNumber("utterance_seq", partial.Utterance);
                    }
                }));
                break;
            case UtteranceEnded { Fault: { } fault } ended:
                Break("provider_closed", ended.Detail.Length > 0 ? ended.Detail : fault.ToString());
                Close();
                break;
            case UtteranceEnded ended:
                Report(ended);
                Close();
                break;
            case ListeningBroken:
                Break("internal", "The recognizer failed.");
                Close();
                break;
        }
    }

    private void Report(UtteranceEnded ended)
    {
        if (!_turns)
        {
            _text = ended.Transcript.Text;
            return;
        }

        if (ended.Transcript.Text.Length == 0)
        {
            return;
        }

        Interlocked.Increment(ref _utterances);
        _output.Post(SocketMessages.Write($"{_family.Prefix}.utterance", _id, json =>
        {
            json.WriteNumber("seq", ended.Utterance);
            json.WriteString("text", ended.Transcript.Text);
            json.WriteString("normalized_text", ended.Transcript.Text);
            json.WriteString(_family.Locale, _language);
        }));
    }

    private void Close()
    {
        lock (_lock)
        {
            if (--_open == 0 && _stopping)
            {
                _settled.TrySetResult();
            }
        }
    }

    private void Break(string code, string reason)
    {
        IsOver = true;
        _output.Post(SocketMessages.Error($"{_family.Prefix}.error", _id, code, reason));
    }
}
