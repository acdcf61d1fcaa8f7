using System.Text.Json.Nodes;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge.Sinks;
using Microsoft.AspNetCore.Http;
using ISession = AvatarGrains.Core.Sessions.ISession;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>A <c>/synthesize</c> body.</summary>
internal sealed record KitSynthesizeRequest(string? Text, string? Language);

/// <summary>Recognition and synthesis by themselves, outside any conversation.</summary>
internal sealed class KitSpeech(KitAccess access, KitContexts contexts, KitQuestions questions, AIAvatarKitOptions options)
{
    /// <summary>Audio to text.</summary>
    public async Task<IResult> TranscribeAsync(HttpContext http)
    {
        var form = await Forms.ReadAsync(http, options.MaxBodyBytes).DemandAsync();
        var file = form.Files.GetFile("audio")
            ?? throw new RequestException(new RequestError(RequestFault.Missing, "audio is required.", "audio"));
        var tenant = await access.DemandAsync(http);
        var token = http.RequestAborted;
        var bytes = await Forms.BytesAsync(file, token);
        if (bytes.Length == 0)
        {
            throw KitErrors.Refuse("audio data is required.");
        }

        var text = await ForAWhileAsync(tenant, session => questions.HearAsync(bytes, session, token).AsTask(), token);
        return Results.Text(
            KitBodies.Bytes(new JsonObject { ["text"] = text, ["preprocess_metadata"] = null, ["postprocess_metadata"] = null, ["speakers"] = null }),
            "application/json");
    }

    /// <summary>Text to a WAVE file.</summary>
    public async Task<IResult> SynthesizeAsync(HttpContext http)
    {
        var request = await JsonBody.ReadAsync(http, KitJson.Default.KitSynthesizeRequest, options.MaxBodyBytes).DemandAsync();
        var text = request.Text ?? throw new RequestException(new RequestError(RequestFault.Missing, "text is required.", "text"));
        var tenant = await access.DemandAsync(http);
        if (text.Length == 0)
        {
            throw KitErrors.Refuse("text is required.");
        }

        var token = http.RequestAborted;
        var speech = await ForAWhileAsync(tenant, session => SpeakAsync(session, new SpeechRequest(text, Language: request.Language), token), token);
        return Results.File(SpeechDecoder.Wave(speech.Samples.Span, speech.SampleRate), "audio/wav", "voice.wav");
    }

    private static async Task<PcmBlock> SpeakAsync(ISession session, SpeechRequest request, CancellationToken cancellationToken)
    {
        List<short> samples = [];
        var rate = 24000;
        await foreach (var piece in session.SynthesizeAsync(request, cancellationToken))
        {
            rate = piece.Audio.SampleRate;
            samples.AddRange(piece.Audio.Samples.Span);
        }

        return new PcmBlock(samples.ToArray(), rate);
    }

    /// <summary>Uses a session that lasts no longer than what is done with it.</summary>
    private async Task<T> ForAWhileAsync<T>(string tenant, Func<ISession, Task<T>> use, CancellationToken cancellationToken)
    {
        var context = await contexts.OpenAsync(tenant, null, cancellationToken);
        try
        {
            return await use(context.Session);
        }
        finally
        {
            await context.Session.SendAsync(new EndSession(TerminationReason.GracefulTermination), CancellationToken.None);
        }
    }
}
