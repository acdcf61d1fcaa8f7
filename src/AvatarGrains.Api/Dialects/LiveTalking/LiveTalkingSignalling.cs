using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Connects clients: by <c>/offer</c>, whose bodies are JSON, and by WHEP, whose bodies are SDP.</summary>
internal sealed class LiveTalkingSignalling(LiveTalkingSessions sessions)
{
    private const string Sdp = "application/sdp";

    public async Task<IResult> OfferAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, LiveTalkingJson.Default.OfferRequest, LiveTalkingSpeech.MaxJsonBytes).DemandAsync();
        if (string.IsNullOrEmpty(request.Sdp))
        {
            throw new RequestException(new RequestError(RequestFault.Missing, "sdp is required."));
        }

        if (request.Type != "offer")
        {
            throw new RequestException(new RequestError(RequestFault.Invalid, "type must be offer."));
        }

        var (session, answer) = await sessions.ConnectAsync(request, Callers.TenantOf(context), context.RequestAborted);
        var body = LiveTalkingAnswers.Write(json =>
        {
            json.WriteString("sdp", answer);
            json.WriteString("type", "answer");
            sessions.WriteId(json, session);
        });
        return Results.Text(body, "application/json");
    }

    public async Task<IResult> WhepAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var request = new OfferRequest(
            await ReadAsync(context), "offer", query["avatar"], query["refaudio"], query["reftext"], query["custom_config"]);
        var (session, answer) = await sessions.ConnectAsync(request, Callers.TenantOf(context), context.RequestAborted);
        context.Response.Headers["X-Session-ID"] = session.Spec.ClientId;
        context.Response.Headers.Location = $"/whep/{session.Spec.ClientId}";
        return Results.Text(answer, Sdp, null, StatusCodes.Status201Created);
    }

    public async Task<IResult> EndAsync(string id, HttpContext context)
    {
        try
        {
            var session = await sessions.DemandAsync(id, Callers.TenantOf(context), context.RequestAborted);
            await sessions.EndAsync(session, context.RequestAborted);
            return LiveTalkingAnswers.Ok();
        }
        catch (RequestException unknown) when (unknown.Error.Fault == RequestFault.NotFound)
        {
            // WHEP goes by statuses.
            return LiveTalkingAnswers.Failed(LiveTalkingErrors.SessionNotFound, status: StatusCodes.Status404NotFound);
        }
    }

    private static async ValueTask<string> ReadAsync(HttpContext context)
    {
        if (BodyLimit.Set(context, LiveTalkingSpeech.MaxJsonBytes) is { } tooLarge)
        {
            throw new RequestException(tooLarge);
        }

        using var reader = new StreamReader(context.Request.Body);
        var offer = await reader.ReadToEndAsync(context.RequestAborted);
        return offer.Length > 0 ? offer : throw new RequestException(new RequestError(RequestFault.Empty, "The body must be an SDP offer."));
    }
}
