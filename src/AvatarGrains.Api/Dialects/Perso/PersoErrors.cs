using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.WebRtc.Sdp;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// Turns every failure of a Perso request into <c>{"errors":[{"code","detail","attr"}]}</c> with its status. A bug becomes a 500 without
/// its stack.
/// </summary>
internal sealed class PersoErrors(ILogger<PersoErrors> log) : IEndpointFilter
{
    private const int QuotaRetrySeconds = 60;
    private const int StorageRetrySeconds = 5;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            var known = Translate(error);
            if (known.Status >= 500)
            {
                log.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            }

            if (known.RetryAfterSeconds is { } seconds)
            {
                http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            if (known.Status is 408 or 413)
            {
                // The rest of the body is not read, so the connection cannot carry another request; clients must not try.
                http.Response.Headers.Connection = "close";
            }

            return ResultOf(known);
        }
    }

    public static IResult ResultOf(PersoException error) => Results.Json(
        new PersoErrorBody([new PersoErrorItem(error.Code, error.Message, error.Attr)]), PersoBodies.Readable.PersoErrorBody,
        statusCode: error.Status);

    private static PersoException Translate(Exception error) => error switch
    {
        PersoException known => known,
        SessionRejectedException rejected => OfRejection(rejected),
        StorageUnavailableException =>
            new PersoException(503, "unavailable", "The server cannot reach its storage; try again.") { RetryAfterSeconds = StorageRetrySeconds },
        EngineException engine => OfRejection(SessionRejectedException.Of(engine)),
        SdpException sdp => PersoException.Invalid(sdp.Message, "client_sdp"),
        JsonException json => PersoException.Invalid("The body is not valid JSON, or a value has the wrong type.", AttrOf(json.Path)),
        BadHttpRequestException { StatusCode: 413 } => new PersoException(413, "payload_too_large", "The request is larger than this server takes."),
        BadHttpRequestException { StatusCode: 408 } => new PersoException(408, "request_timeout", "The request took too long to arrive."),
        BadHttpRequestException bad => new PersoException(bad.StatusCode, "invalid", "The request could not be read."),
        _ => new PersoException(500, "error", "The server failed."),
    };

    private static PersoException OfRejection(SessionRejectedException rejected) => rejected.Reason switch
    {
        RejectReason.UnknownSession => new PersoException(404, "not_found", "Not found."),
        RejectReason.QuotaExceeded => new PersoException(
            429, rejected.Termination is { } reason ? PersoReason.Name(reason).ToLowerInvariant() : "quota_exceeded", rejected.Message)
        {
            RetryAfterSeconds = QuotaRetrySeconds,
        },
        RejectReason.Busy or RejectReason.Draining or RejectReason.EngineBusy => new PersoException(429, "throttled", rejected.Message)
        {
            RetryAfterSeconds = rejected.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1,
        },
        RejectReason.EngineFailed => new PersoException(500, "engine_failed", rejected.Message),
        RejectReason.CapabilityMissing => new PersoException(400, "capability_not_enabled", rejected.Message),
        RejectReason.SessionTerminated => new PersoException(400, "session_terminated", rejected.Message),
        RejectReason.UnknownReference => new PersoException(400, "does_not_exist", rejected.Message),
        _ => PersoException.Invalid(rejected.Message, null),
    };

    // A path such as $.padding_left or $['padding_left'][0] names its first member.
    private static string? AttrOf(string? path)
    {
        var name = path?.TrimStart('$', '.').Split('.', '[')[0];
        return string.IsNullOrEmpty(name) ? null : name;
    }
}
