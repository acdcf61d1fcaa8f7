using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.FastApi;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking.Proxy;

/// <summary>The proxy's errors: FastAPI's, and 503 for whatever its callers cannot mend.</summary>
internal sealed class ProxyErrors : IErrorShape
{
    private readonly FastApiErrors _others = new();

    public IResult Answer(RequestError error) => error.Fault switch
    {
        RequestFault.NotFound or RequestFault.SessionEnded => FastApiAnswers.Detail(StatusCodes.Status404NotFound, "Session not found"),
        RequestFault.Busy or RequestFault.QuotaMet or RequestFault.EngineFailed or RequestFault.StorageDown or RequestFault.NotEnabled =>
            Unavailable(error.Detail),
        _ => _others.Answer(error),
    };

    public static IResult Unavailable(string why) =>
        FastApiAnswers.Detail(StatusCodes.Status503ServiceUnavailable, $"LiveTalking server unavailable: {why}");
}
