using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>What a session is told to say, and whether it does.</summary>
internal sealed class LiveTalkingSpeech(
    LiveTalkingSessions sessions, LiveTalkingVoices voices, LiveTalkingEvents events, AudioFiles files, LiveTalkingOptions options)
{
    /// <summary>Largest body that is not an upload.</summary>
    public const int MaxJsonBytes = 1 << 20;

    private const int BlockSeconds = 10;

    // Uploads of one session are spoken one after the other.
    private readonly SemaphoreSlim[] _uploads = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IResult> HumanAsync(HttpContext context)
    {
        var (request, session) = await ReadAsync(context, LiveTalkingJson.Default.HumanRequest);
        if (string.IsNullOrWhiteSpace(request.Text))
        {
            throw Invalid("text is required.");
        }

        var kind = request.Type switch
        {
            "echo" => TurnKind.Say,
            "chat" => TurnKind.Ask,
            _ => throw Invalid("type must be echo or chat."),
        };
        if (request.Tts is { } tts)
        {
            events.Remember(session.Id, request.Text, tts);
        }

        await SayAsync(session, new TurnRequest(kind, request.Text) { Voice = voices.OfText(request.Tts) }, request.Interrupt == true, context);
        return LiveTalkingAnswers.Ok();
    }

    /// <summary>Has a turn performed, after what is being said or in its place.</summary>
    public async ValueTask SayAsync(SessionSnapshot session, TurnRequest turn, bool interrupt, HttpContext context)
    {
        if (interrupt)
        {
            await sessions.SendAsync(session, new Interrupt(), context.RequestAborted);
        }

        await sessions.SendAsync(session, new Perform(turn), context.RequestAborted);
    }

    public async Task<IResult> HumanAudioAsync(HttpContext context)
    {
        var form = await Forms.ReadAsync(context, options.MaxUploadBytes).DemandAsync();
        var session = await sessions.DemandAsync(Forms.Text(form, "sessionid"), Callers.TenantOf(context), context.RequestAborted);
        var file = form.Files["file"] ?? throw Invalid("file is required.");
        var bytes = await Forms.BytesAsync(file, context.RequestAborted);
        var audio = await files.ReadAsync(bytes, AudioFiles.RecognitionRate, options.MaxAudioTime, context.RequestAborted).DemandAsync();
        var turn = _uploads[(uint)session.Id.GetHashCode(StringComparison.Ordinal) % _uploads.Length];
        await turn.WaitAsync(context.RequestAborted);
        try
        {
            await SpeakAsync(session, audio);
        }
        finally
        {
            turn.Release();
        }

        return LiveTalkingAnswers.Ok();
    }

    public async Task<IResult> InterruptAsync(HttpContext context)
    {
        var (_, session) = await ReadAsync(context, LiveTalkingJson.Default.SessionRequest);
        await sessions.SendAsync(session, new Interrupt(), context.RequestAborted);
        return LiveTalkingAnswers.Ok();
    }

    public async Task<IResult> IsSpeakingAsync(HttpContext context)
    {
        var (_, session) = await ReadAsync(context, LiveTalkingJson.Default.SessionRequest);
        return LiveTalkingAnswers.Ok(json => json.WriteBooleanValue(session.Phase == ConversationPhase.Speaking));
    }

    /// <summary>A session without a clip of that number goes on as it is, and sessions here have no clips.</summary>
    public async Task<IResult> SetAudioTypeAsync(HttpContext context)
    {
        var (request, _) = await ReadAsync(context, LiveTalkingJson.Default.AudioTypeRequest);
        return int.TryParse(LiveTalkingSessions.TextOf(request.AudioType), out _)
            ? LiveTalkingAnswers.Ok()
            : throw Invalid("audiotype must be a whole number.");
    }

    /// <summary>Nothing is ever being recorded, so that the end of a recording changes nothing.</summary>
    public async Task<IResult> RecordAsync(HttpContext context)
    {
        var (request, _) = await ReadAsync(context, LiveTalkingJson.Default.RecordRequest);
        return request.Type switch
        {
            "start_record" => LiveTalkingAnswers.Failed("recording is not available"),
            "end_record" => LiveTalkingAnswers.Ok(),
            _ => throw Invalid("type must be start_record or end_record."),
        };
    }

    private static RequestException Invalid(string detail) => new(new RequestError(RequestFault.Invalid, detail));

    private async ValueTask<(T Request, SessionSnapshot Session)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : SessionRequest
    {
        var request = await JsonBody.ReadAsync(context, type, MaxJsonBytes).DemandAsync();
        return (request, await sessions.DemandAsync(request.SessionId, Callers.TenantOf(context), context.RequestAborted));
    }

    /// <summary>Goes on when the client leaves: half an upload is not spoken.</summary>
    private async ValueTask SpeakAsync(SessionSnapshot session, PcmBlock audio)
    {
        await sessions.SendAsync(session, new BeginClientSpeech(""), CancellationToken.None);
        try
        {
            var step = audio.SampleRate * BlockSeconds;
            for (var at = 0; at < audio.Samples.Length; at += step)
            {
                var block = new PcmBlock(audio.Samples.Slice(at, Math.Min(step, audio.Samples.Length - at)), audio.SampleRate);
                await sessions.SendAsync(session, new AppendClientSpeech(block), CancellationToken.None);
            }
        }
        finally
        {
            await sessions.Open(session).SendAsync(new EndClientSpeech(), CancellationToken.None);
        }
    }
}
