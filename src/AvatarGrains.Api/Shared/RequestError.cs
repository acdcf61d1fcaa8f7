using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.WebRtc.Sdp;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared;

/// <summary>An error of a request before a dialect has put it into its own shape.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Detail">Words for people.</param>
/// <param name="Field">The first name of the field it is about, or null.</param>
internal sealed record RequestError(RequestFault Fault, string Detail, string? Field = null)
{
    private const int QuotaRetrySeconds = 60;
    private const int StorageRetrySeconds = 5;

    /// <summary>The HTTP status that fits the fault; a dialect may answer with another.</summary>
    public int Status { get; init; } = StatusOf(Fault);

    /// <summary>The dialect's own code where its endpoint has chosen one, else null.</summary>
    public string? Code { get; init; }

    /// <summary>When to try again, or null.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The JSON path of a value with the wrong type, such as <c>$.messages[0].content</c>, or null.</summary>
    public string? Path { get; init; }

    /// <summary>Where in its line the JSON is broken, in bytes, or null.</summary>
    public long? Position { get; init; }

    /// <summary>The quota that is used up, or null.</summary>
    public TerminationReason? Termination { get; init; }

    /// <summary>What an exception means for the client. One that nobody foresaw is a <see cref="RequestFault.Bug"/> and tells nothing.</summary>
    public static RequestError Of(Exception failure) => failure switch
    {
        RequestException known => known.Error,
        SessionRejectedException rejected => Of(rejected),
        StorageUnavailableException => new RequestError(RequestFault.StorageDown, "The server cannot reach its storage; try again.")
        {
            RetryAfterSeconds = StorageRetrySeconds,
        },
        EngineException engine => Of(SessionRejectedException.Of(engine)),
        SdpException sdp => new RequestError(RequestFault.BadOffer, sdp.Message),
        JsonException json => Of(json),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new RequestError(RequestFault.TooSlow, "The request took too long to arrive."),
        BadHttpRequestException bad => new RequestError(RequestFault.Unreadable, "The request could not be read.") { Status = bad.StatusCode },
        _ => new RequestError(RequestFault.Bug, "The server failed."),
    };

    /// <summary>The body has more bytes than it may.</summary>
    public static RequestError TooLarge() => new(RequestFault.TooLarge, "The request is larger than this server takes.");

    private static RequestError Of(SessionRejectedException rejected) => rejected.Reason switch
    {
        RejectReason.UnknownSession => new RequestError(RequestFault.NotFound, rejected.Message),
        RejectReason.QuotaExceeded => new RequestError(RequestFault.QuotaMet, rejected.Message)
        {
            RetryAfterSeconds = QuotaRetrySeconds,
            Termination = rejected.Termination,
        },
        RejectReason.Busy or RejectReason.Draining or RejectReason.EngineBusy => new RequestError(RequestFault.Busy, rejected.Message)
        {
            RetryAfterSeconds = rejected.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1,
        },
        RejectReason.EngineFailed => new RequestError(RequestFault.EngineFailed, rejected.Message),
        RejectReason.CapabilityMissing => new RequestError(RequestFault.NotEnabled, rejected.Message),
        RejectReason.SessionTerminated => new RequestError(RequestFault.SessionEnded, rejected.Message),
        RejectReason.UnknownReference => new RequestError(RequestFault.UnknownReference, rejected.Message),
        _ => new RequestError(RequestFault.Invalid, rejected.Message),
    };

    // The serializer wraps what its reader throws; an exception of its own is about a value's type.
    private static RequestError Of(JsonException json) => json.InnerException is JsonException
        ? new RequestError(RequestFault.BadJson, "The body is not valid JSON.", FirstOf(json.Path))
        {
            Path = json.Path,
            Position = json.BytePositionInLine,
        }
        : new RequestError(RequestFault.WrongType, "A value has the wrong type.", FirstOf(json.Path)) { Path = json.Path };

    // A path such as $.padding[0] or $['padding'][0] is about its first member.
    private static string? FirstOf(string? path)
    {
        var name = path?.TrimStart('$', '.').Split('.', '[')[0];
        return string.IsNullOrEmpty(name) ? null : name;
    }

    private static int StatusOf(RequestFault fault) => fault switch
    {
        RequestFault.NotAuthenticated => StatusCodes.Status401Unauthorized,
        RequestFault.Throttled or RequestFault.QuotaMet or RequestFault.Busy => StatusCodes.Status429TooManyRequests,
        RequestFault.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RequestFault.TooSlow => StatusCodes.Status408RequestTimeout,
        RequestFault.NotFound => StatusCodes.Status404NotFound,
        RequestFault.StorageDown => StatusCodes.Status503ServiceUnavailable,
        RequestFault.EngineFailed or RequestFault.Bug => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };
}
