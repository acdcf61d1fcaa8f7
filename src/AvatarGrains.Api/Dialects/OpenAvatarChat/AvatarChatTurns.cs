using System.Runtime.InteropServices;
using System.Text;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using AvatarGrains.Edge.Sinks;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>A turn as clients of this dialect get it: whole.</summary>
/// <param name="Text">The words.</param>
/// <param name="Audio">16-bit samples, little-endian, mono, 24 kHz; null when nothing was spoken.</param>
/// <param name="Pictures">JPEG, 40 ms each.</param>
internal sealed record WholeTurn(string Text, byte[]? Audio, IReadOnlyList<ReadOnlyMemory<byte>> Pictures)
{
    /// <summary>No answer, to a question in which nothing was understood.</summary>
    public static WholeTurn Nothing { get; } = new("", null, []);
}

/// <summary>Performs turns and gathers all of their words, sound and pictures. Thread-safe.</summary>
internal sealed class AvatarChatTurns(
    ISessionHost host, IPoseLibrary library, IAudioCodecs codecs, AudioFiles files, OpenAvatarChatOptions options, TimeProvider time)
{
    private const int SampleRate = 24000;
    private const int SamplesPerPicture = SampleRate / 25;

    // A few lives of the avatar: enough that turns differ, few enough that their pictures are mostly encoded already.
    private const int Lives = 4;

    /// <summary>Asks, and waits for all of the answer.</summary>
    /// <exception cref="SessionRejectedException">The session is gone or refuses.</exception>
    /// <exception cref="RequestException">An engine failed, or the answer took too long.</exception>
    public Task<WholeTurn> AskAsync(SessionSnapshot session, string text, CancellationToken cancellationToken) =>
        InTimeAsync(session.Id, token => PerformAsync(session, text, token), cancellationToken);

    /// <summary>Understands audio: a file of any common format, or 16-bit samples of 16 kHz without a header.</summary>
    /// <returns>The words; empty when nothing was understood.</returns>
    /// <exception cref="SessionRejectedException">The session is gone or refuses, or the recognizer failed.</exception>
    /// <exception cref="RequestException">It is no audio, or is too long.</exception>
    public async Task<string> HearAsync(SessionSnapshot session, ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        var samples = await files.DecodeAsync(audio, AudioFiles.RecognitionRate, options.MaxAudioTime, cancellationToken)
            ?? new PcmBlock(Encoded.Pcm16(audio.Span, "audio").Demand(), AudioFiles.RecognitionRate);
        if (samples.Duration > options.MaxAudioTime)
        {
            throw new RequestException(
                new RequestError(RequestFault.TooLarge, $"Audio may last {options.MaxAudioTime.TotalSeconds:0} seconds."));
        }

        if (samples.Samples.IsEmpty)
        {
            return "";
        }

        var heard = await InTimeAsync(
            session.Id, token => host.Open(session.Id).TranscribeAsync(samples, session.Spec.Language, token).AsTask(), cancellationToken);
        return heard.Text.Trim();
    }

    /// <summary>Pictures of the face at rest.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> RestAsync(SessionSnapshot session, int frames, CancellationToken cancellationToken)
    {
        using var poses = await library.OpenAsync(session.Spec.View, cancellationToken);
        var pictures = new PoseFrames(poses, 0);
        await pictures.RestAsync(frames, cancellationToken);
        return pictures.Pictures;
    }

    private async Task<WholeTurn> PerformAsync(SessionSnapshot session, string text, CancellationToken cancellationToken)
    {
        var request = new TurnRequest(TurnKind.Ask, text) { Pace = Pace.Free };
        await using var performance = await Performance.StartAsync(host.Open(session.Id), request, cancellationToken);
        using var poses = await library.OpenAsync(session.Spec.View, cancellationToken);
        using var decoder = new SpeechDecoder(codecs, SampleRate);
        var pictures = new PoseFrames(poses, performance.Turn % Lives);
        var words = new StringBuilder();
        var samples = new List<short>();
        await foreach (var output in performance.ReadAsync(cancellationToken))
        {
            switch (output)
            {
                case SegmentBegan { Text.Length: > 0 } sentence:
                    words.Append(words.Length > 0 ? " " : "").Append(sentence.Text);
                    break;
                case SpeechChunk chunk:
                    samples.AddRange(decoder.Decode(chunk.Speech));
                    await pictures.AddAsync(chunk, cancellationToken);
                    break;
                case TurnFailed failed:
                    throw new RequestException(new RequestError(RequestFault.EngineFailed, failed.Detail));
                case SessionEnded:
                    throw new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.");
            }
        }

        await pictures.FinishAsync(cancellationToken);
        return new WholeTurn(words.ToString(), BytesOf(samples, pictures.Pictures.Count * SamplesPerPicture), pictures.Pictures);
    }

    /// <summary>The samples, with silence up to the end of the last picture.</summary>
    private static byte[]? BytesOf(List<short> samples, int length)
    {
        if (samples.Count == 0)
        {
            return null;
        }

        var bytes = new byte[Math.Max(length, samples.Count) * sizeof(short)];
        WaveFile.WriteSamples(CollectionsMarshal.AsSpan(samples), bytes.AsSpan(0, samples.Count * sizeof(short)));
        return bytes;
    }

    private async Task<T> InTimeAsync<T>(string id, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.ProcessingTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for the rest of the answer.
            await host.Open(id).SendAsync(new Interrupt(), cancellationToken);
            throw new RequestException(
                new RequestError(RequestFault.TooSlow, $"Processing took longer than {options.ProcessingTimeout.TotalSeconds:0} seconds."));
        }
    }
}
