using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Makes questions of requests: text as it is, else what is heard in the audio, with the pictures that came along. Thread-safe.</summary>
internal sealed class KitQuestions(AudioFiles files, KitPictures pictures, AIAvatarKitOptions options)
{
    private const string PictureAlone = "Here is the picture.";

    private static ReadOnlySpan<byte> WebM => [0x1A, 0x45, 0xDF, 0xA3];

    /// <summary>The question of a request.</summary>
    /// <returns>Its text is empty when nothing was heard in the audio.</returns>
    /// <exception cref="RequestException">There is nothing to ask, or it cannot be used.</exception>
    public async ValueTask<TurnRequest> ReadAsync(KitRequest request, ISession session, CancellationToken cancellationToken)
    {
        var images = await pictures.ReadAsync(request.Files, cancellationToken);
        var text = request.Text is { Length: > 0 } written ? written
            : request.AudioData is { Length: > 0 } audio ? await HearAsync(audio, session, cancellationToken)
            : images is not null ? PictureAlone
            : throw KitErrors.Refuse("text, audio_data or files is required.");
        return new TurnRequest(TurnKind.Ask, text)
        {
            Pace = Pace.Free,
            Images = images,
            Parameters = request.SystemPromptParams?.ToDictionary(one => one.Key, one => Text(one.Value)),
        };
    }

    /// <summary>What is said in audio: a file of any common format, or raw 16-bit samples at 16 kHz.</summary>
    /// <exception cref="RequestException">It is no such.</exception>
    public async ValueTask<string> HearAsync(ReadOnlyMemory<byte> bytes, ISession session, CancellationToken cancellationToken)
    {
        var audio = IsFile(bytes.Span)
            ? await files.DecodeAsync(bytes, AudioFiles.RecognitionRate, options.MaxAudioTime, cancellationToken)
                ?? throw KitErrors.Refuse("audio_data is not audio that can be read here.")
            : Raw(bytes.Span);
        if (audio.Duration > options.MaxAudioTime)
        {
            throw KitErrors.Refuse($"Audio may last {options.MaxAudioTime.TotalSeconds:0} seconds.");
        }

        return (await session.TranscribeAsync(audio, null, cancellationToken)).Text;
    }

    /// <summary>Starts as WAVE, Ogg, FLAC, WebM or MP3 files do.</summary>
    private static bool IsFile(ReadOnlySpan<byte> bytes) => WaveFile.IsWave(bytes)
        || bytes.StartsWith("OggS"u8)
        || bytes.StartsWith("fLaC"u8)
        || bytes.StartsWith("ID3"u8)
        || bytes.StartsWith(WebM);

    private static PcmBlock Raw(ReadOnlySpan<byte> bytes) => Encoded.Pcm16(bytes, "audio_data").Is(out var samples, out var error)
        ? new PcmBlock(samples, AudioFiles.RecognitionRate)
        : throw KitErrors.Refuse(error.Detail);

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private ValueTask<string> HearAsync(string audio, ISession session, CancellationToken cancellationToken) =>
        Encoded.Base64(audio, "audio_data", options.MaxBodyBytes).Is(out var bytes, out var error)
            ? HearAsync(bytes, session, cancellationToken)
            : throw KitErrors.Refuse(error.Detail);
}
