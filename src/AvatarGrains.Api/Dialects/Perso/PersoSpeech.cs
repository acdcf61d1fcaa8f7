using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Speech over REST: text to an audio file, and an audio file to text.</summary>
internal sealed class PersoSpeech(ISessionHost host, AudioFiles files, PersoOptions options)
{
    private const string DefaultFormat = "wav";

    public async Task<IResult> SpeakAsync(string id, HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoTtsRequest, options.MaxJsonBytes).DemandAsync();
        var text = request.Text ?? throw PersoException.Missing("text");
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new PersoException(400, "blank", "This field may not be blank.", "text");
        }

        if (text.Length > options.MaxTextLength)
        {
            throw new PersoException(400, "max_length", $"Ensure this field has no more than {options.MaxTextLength} characters.", "text");
        }

        var format = request.OutputFormat ?? DefaultFormat;
        var written = PersoAudio.Find(format, files)
            ?? throw new PersoException(400, "invalid_choice", $"\"{format}\" is not a valid choice.", "output_format");

        var token = context.RequestAborted;
        var (speech, phonemes) = await CollectAsync(id, new SpeechRequest(text, Language: request.Locale), token);
        var animated = (await host.FindAsync(id, token))?.Spec.Capabilities.HasFlag(Capabilities.StfOnPremise) == true;
        var track = animated ? FaceTrackMaker.Make(speech, phonemes) : null;
        var file = await written.EncodeAsync(files, speech, token);
        return Results.Json(new PersoTtsAnswer(Convert.ToBase64String(file.Span), request.Locale, text, track), PersoBodies.Readable.PersoTtsAnswer);
    }

    public async Task<IResult> RecognizeAsync(string id, HttpContext context)
    {
        // Refused before the upload is read.
        var token = context.RequestAborted;
        await DemandRecognitionAsync(id, token);
        var form = await Forms.ReadAsync(context, options.MaxAudioBytes).DemandAsync();
        var file = form.Files.GetFile("audio") ?? throw PersoException.Missing("audio");
        var bytes = await Forms.BytesAsync(file, token);
        var samples = await files.ReadAsync(bytes, AudioFiles.RecognitionRate, options.MaxAudioTime, token).DemandAsync("audio");
        var language = form["language"].ToString() is { Length: > 0 } named ? named : null;
        var heard = await host.Open(id).TranscribeAsync(samples, language, token);
        return Results.Json(new PersoSttAnswer(heard.Text, language, heard.Text), PersoBodies.Readable.PersoSttAnswer);
    }

    private async ValueTask DemandRecognitionAsync(string id, CancellationToken cancellationToken)
    {
        var session = await host.FindAsync(id, cancellationToken) ?? throw PersoException.NotFound();
        if (session.Status == SessionStatus.Terminated)
        {
            throw new PersoException(400, "session_terminated", "The session has ended.");
        }

        if (!session.Spec.Capabilities.HasFlag(Capabilities.Stt))
        {
            throw new PersoException(400, "capability_not_enabled", "The session was made without STT.");
        }
    }

    private async Task<(PcmBlock Speech, IReadOnlyList<PhonemeTiming> Phonemes)> CollectAsync(
        string id, SpeechRequest request, CancellationToken cancellationToken)
    {
        var samples = new List<short>();
        var phonemes = new List<PhonemeTiming>();
        var rate = 24000;
        try
        {
            await foreach (var piece in host.Open(id).SynthesizeAsync(request, cancellationToken))
            {
                rate = piece.Audio.SampleRate;
                samples.AddRange(piece.Audio.Samples.Span);
                phonemes.AddRange(piece.Phonemes);
            }
        }
        catch (EngineException failed)
        {
            throw failed.Fault == EngineFault.Rejected
                ? PersoException.Invalid(failed.Message, "text")
                : SessionRejectedException.Of(failed);
        }

        return (new PcmBlock(samples.ToArray(), rate), phonemes);
    }
}
