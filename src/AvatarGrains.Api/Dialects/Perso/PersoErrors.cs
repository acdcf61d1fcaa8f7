using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The dialect's errors: <c>{"errors":[{"code","detail","attr"}]}</c> with their status.</summary>
internal sealed class PersoErrors : IErrorShape
{
    private const string BadJson = "The body is not valid JSON, or a value has the wrong type.";

    public IResult Answer(RequestError error)
    {
        var item = ItemOf(error);
        return Results.Json(new PersoErrorBody([item]), PersoBodies.Readable.PersoErrorBody, statusCode: error.Status);
    }

    private static PersoErrorItem ItemOf(RequestError error) => error.Code is { } code
        ? new PersoErrorItem(code, error.Detail, error.Field)
        : error.Fault switch
        {
            RequestFault.NotAuthenticated =>
                new PersoErrorItem("not_authenticated", "Authentication credentials were not provided or are not valid.", null),
            RequestFault.Throttled =>
                new PersoErrorItem("throttled", $"Request was throttled. Expected available in {error.RetryAfterSeconds} seconds.", null),
            RequestFault.Empty or RequestFault.BadJson or RequestFault.WrongType => new PersoErrorItem("invalid", BadJson, error.Field),
            RequestFault.BadOffer => new PersoErrorItem("invalid", error.Detail, "client_sdp"),
            RequestFault.NotFound => new PersoErrorItem("not_found", "Not found.", null),
            _ => new PersoErrorItem(CodeOf(error), error.Detail, error.Field),
        };

    private static string CodeOf(RequestError error) => error.Fault switch
    {
        RequestFault.TooLarge => "payload_too_large",
        RequestFault.TooSlow => "request_timeout",
        RequestFault.QuotaMet => error.Termination is { } reason ? PersoReason.Name(reason).ToLowerInvariant() : "quota_exceeded",
        RequestFault.Busy => "throttled",
        RequestFault.StorageDown => "unavailable",
        RequestFault.EngineFailed => "engine_failed",
        RequestFault.NotEnabled => "capability_not_enabled",
        RequestFault.SessionEnded => "session_terminated",
        RequestFault.UnknownReference => "does_not_exist",
        RequestFault.Bug => "error",
        _ => "invalid",
    };
}
