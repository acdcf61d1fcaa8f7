using AvatarGrains.Api.Dialects.Perso.Library;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Creating, reading and connecting sessions.</summary>
internal sealed class PersoSessions(
    ISessionHost host,
    PersoSessionMapper mapper,
    PersoTemplates templates,
    PersoOptions options,
    IPoseLibrary poses,
    PersoSignalling signalling,
    TimeProvider time)
{
    private static readonly string[] Events =
    [
        "SESSION_START", "SESSION_DURING", "SESSION_LOG", "SESSION_END", "SESSION_ERROR", "SESSION_TTS", "SESSION_STT", "SESSION_LLM",
    ];

    private const int LongestIdempotencyKey = 200;

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoSessionRequest, options.MaxJsonBytes).DemandAsync();
        var tenant = Callers.TenantOf(context);
        request = await templates.ApplyAsync(request, tenant, context.RequestAborted);
        var spec = await mapper.ToSpecAsync(request, tenant, context.RequestAborted);
        if (spec.View.Background is { } background && !background.StartsWith('#') && spec.Capabilities.HasFlag(Capabilities.StfWebRtc))
        {
            await CheckViewAsync(spec, background, context.RequestAborted);
        }

        var session = await host.CreateAsync(spec with { ClientId = IdempotencyKey(context) }, context.RequestAborted);
        return Results.Json(mapper.Created(session, request), PersoBodies.Readable.PersoSessionCreated, statusCode: 201);
    }

    /// <summary>A client that repeats a request whose answer it did not get names it, and gets the session that was made.</summary>
    private static string? IdempotencyKey(HttpContext context)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        return key.Length switch
        {
            0 => null,
            <= LongestIdempotencyKey => key,
            _ => throw new PersoException(400, "max_length", $"Idempotency-Key may have {LongestIdempotencyKey} characters."),
        };
    }

    public async Task<IResult> GetAsync(string id, HttpContext context)
    {
        var session = await FindAsync(id, context.RequestAborted);
        return Results.Json(await mapper.ViewAsync(session, context), PersoBodies.Readable.PersoSessionView);
    }

    public async Task<IResult> CreateEventAsync(string id, HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoEventRequest, options.MaxJsonBytes).DemandAsync();
        var name = request.Event ?? throw PersoException.Missing("event");
        if (!Events.Contains(name))
        {
            throw new PersoException(400, "invalid_choice", $"\"{name}\" is not a valid choice.", "event");
        }

        var detail = request.Detail ?? "";
        var recorded = await SendAsync(id, new RecordEvent(name, detail), context.RequestAborted);
        var ends = name == "SESSION_END";
        if (ends)
        {
            await SendAsync(id, new EndSession(TerminationReason.GracefulTermination, detail), context.RequestAborted);
        }
        else if (name is "SESSION_START" or "SESSION_DURING")
        {
            await SendAsync(id, new Heartbeat(), context.RequestAborted);
        }

        var warning = ends ? null : (await host.FindAsync(id, context.RequestAborted))?.Warning;
        var answer = new PersoEventCreated(
            recorded.Detail,
            PersoBodies.Time(time.GetUtcNow()), detail, ends, ends ? PersoReason.Name(TerminationReason.GracefulTermination) : null, name,
            warning is null ? null : new PersoWarning(PersoReason.Name(warning.Reason), (long)warning.Left.TotalSeconds));
        return Results.Json(answer, PersoBodies.Readable.PersoEventCreated, statusCode: 201);
    }

    public async Task<IResult> IceServersAsync(string id, HttpContext context)
    {
        await FindAsync(id, context.RequestAborted);
        return Results.Json(new PersoIceServers(options.IceServers), PersoBodies.Readable.PersoIceServers);
    }

    public async Task<IResult> ExchangeAsync(string id, HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoExchangeRequest, options.MaxJsonBytes).DemandAsync();
        var offer = request.ClientSdp?.Sdp ?? throw PersoException.Missing("client_sdp");
        if (request.ClientSdp.Type is not (null or "offer"))
        {
            throw PersoException.Invalid("client_sdp must be an offer.", "client_sdp");
        }

        var answer = await signalling.ConnectAsync(id, offer, context.RequestAborted);
        return Results.Json(new PersoExchangeAnswer(new PersoSdp("answer", answer)), PersoBodies.Readable.PersoExchangeAnswer);
    }

    /// <exception cref="PersoException">There is no such session.</exception>
    public async ValueTask DemandAsync(string id, CancellationToken cancellationToken) => await FindAsync(id, cancellationToken);

    private async ValueTask CheckViewAsync(SessionSpec spec, string background, CancellationToken cancellationToken)
    {
        try
        {
            using var set = await poses.OpenAsync(spec.View, cancellationToken);
        }
        catch (KeyNotFoundException)
        {
            throw PersoException.Unknown(background, "background_image");
        }
    }

    private async ValueTask<SessionSnapshot> FindAsync(string id, CancellationToken cancellationToken) =>
        await host.FindAsync(id, cancellationToken) ?? throw new PersoException(404, "not_found", "Not found.");

    private async ValueTask<CommandResult> SendAsync(string id, SessionCommand command, CancellationToken cancellationToken)
    {
        var result = await host.Open(id).SendAsync(command, cancellationToken);
        return result.Accepted ? result : throw new SessionRejectedException(result.Reject!.Value, result.Detail);
    }
}
