using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>Answers <c>tts.request</c> and <c>stt.request</c>.</summary>
internal sealed class SocketSpeech(SocketServices services, SocketOut output, string sessionId)
{
    private const int StreamRate = 24000;
    private const int FileChunkBytes = 32 << 10;

    /// <exception cref="SocketRequestException">Too large or malformed.</exception>
    public Func<CancellationToken, Task> ReadSpeak(string id, in SocketEnvelope request)
    {
        var text = request.Text("text");
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new SocketRequestException("invalid_text", "text must not be empty.");
        }

        if (text.Length > SocketLimits.MaxSpeechCharacters)
        {
            throw new SocketRequestException("oversize", $"text may have {SocketLimits.MaxSpeechCharacters} characters.");
        }

        var format = request.Text("output_format") ?? "pcm";
        var written = PersoAudio.Find(format, services.Files) ?? throw new SocketRequestException("invalid_format", $"There is no format {format}.");
        var speech = new SpeechRequest(text, Language: request.Text("locale"));
        return written is { Container: AudioContainer.Pcm, SampleRate: StreamRate }
            ? token => StreamAsync(id, speech, token)
            : token => FileAsync(id, speech, format, written, token);
    }

    /// <exception cref="SocketRequestException">Too large or malformed.</exception>
    public Func<CancellationToken, Task> ReadRecognize(string id, in SocketEnvelope request)
    {
        if (!Encoded.Base64(request.Member("audio_b64"), "audio_b64", SocketLimits.MaxAudioCharacters).Is(out var file, out var wrong))
        {
            throw new SocketRequestException(wrong.Fault == RequestFault.TooLarge ? "oversize" : "bad_envelope", wrong.Detail);
        }

        var language = request.Text("language");
        return token => RecognizeAsync(id, file, language, token);
    }

    private async Task RecognizeAsync(string id, byte[] file, string? language, CancellationToken cancellationToken)
    {
        var read = await services.Files.ReadAsync(file, AudioFiles.RecognitionRate, services.Options.MaxAudioTime, cancellationToken);
        if (!read.Is(out var audio, out var wrong))
        {
            throw new SocketRequestException(wrong.Fault == RequestFault.TooLarge ? "oversize" : "invalid_audio", wrong.Detail);
        }

        var heard = await services.Host.Open(sessionId).TranscribeAsync(audio, language, cancellationToken);
        await output.SendAsync(SocketMessages.Transcript("stt.result", id, heard.Text, language), cancellationToken);
    }

    private async Task StreamAsync(string id, SpeechRequest request, CancellationToken cancellationToken)
    {
        IResampler? resampler = null;
        var seq = 0;
        try
        {
            await foreach (var piece in services.Host.Open(sessionId).SynthesizeAsync(request, cancellationToken))
            {
                if (piece.Audio.Samples.Length == 0)
                {
                    continue;
                }

                var samples = piece.Audio.Samples;
                if (piece.Audio.SampleRate != StreamRate)
                {
                    resampler ??= services.Codecs.CreateResampler(piece.Audio.SampleRate, StreamRate);
                    var wanted = new short[resampler.MaxOutput(samples.Length)];
                    samples = wanted.AsMemory(0, resampler.Process(samples.Span, wanted));
                }

                var bytes = new byte[samples.Length * sizeof(short)];
                WaveFile.WriteSamples(samples.Span, bytes);
                await SendChunkAsync(id, seq++, bytes, cancellationToken);
            }
        }
        finally
        {
            resampler?.Dispose();
        }

        await FinishAsync(id, "pcm_24000", StreamRate, cancellationToken);
    }

    private async Task FileAsync(string id, SpeechRequest request, string format, PersoAudio written, CancellationToken cancellationToken)
    {
        var samples = new List<short>();
        var rate = StreamRate;
        await foreach (var piece in services.Host.Open(sessionId).SynthesizeAsync(request, cancellationToken))
        {
            rate = piece.Audio.SampleRate;
            samples.AddRange(piece.Audio.Samples.Span);
        }

        var file = await written.EncodeAsync(services.Files, new PcmBlock(samples.ToArray(), rate), cancellationToken);
        for (int at = 0, seq = 0; at < file.Length; at += FileChunkBytes, seq++)
        {
            await SendChunkAsync(id, seq, file.Slice(at, Math.Min(FileChunkBytes, file.Length - at)), cancellationToken);
        }

        await FinishAsync(id, format, written.SampleRate, cancellationToken);
    }

    private ValueTask SendChunkAsync(string id, int seq, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => output.SendAsync(
        SocketMessages.Write("tts.chunk", id, json =>
        {
            json.WriteBase64String("audio_b64", bytes.Span);
            json.WriteNumber("seq", seq);
        }),
        cancellationToken);

    private ValueTask FinishAsync(string id, string format, int rate, CancellationToken cancellationToken) => output.SendAsync(
        SocketMessages.Write("tts.finish", id, json =>
        {
            json.WriteString("format", format);
            json.WriteNumber("sample_rate", rate);
        }),
        cancellationToken);
}
