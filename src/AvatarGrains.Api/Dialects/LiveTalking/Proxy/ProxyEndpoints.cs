using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.LiveTalking.Proxy;

/// <summary>The paths of the proxy API.</summary>
internal static class ProxyEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/avatar").AnswerErrors(new ProxyErrors()).RequireCors(LiveTalkingDialect.CorsPolicy)
            .WithTags("LiveTalking proxy");
        api.MapGet("/health", (HttpContext context, ProxyCalls calls) => calls.Health(context)).WithSummary("Whether sessions can be made");
        var signedIn = api.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            await ProxyTokens.DemandAsync(context.HttpContext);
            return await next(context);
        });
        signedIn.MapGet("/session", (HttpContext context, ProxyCalls calls) => calls.Session(context)).WithSummary("Where to connect");
        signedIn.MapPost("/send-text", (HttpContext context, ProxyCalls calls) => calls.SendTextAsync(context)).WithSummary("Say a text");
        signedIn.MapPost("/recording", (HttpContext context, ProxyCalls calls) => calls.RecordAsync(context))
            .WithSummary("Record a session; not available");
        signedIn.MapPost("/recording/download", (HttpContext context, ProxyCalls calls) => calls.DownloadAsync(context))
            .WithSummary("The latest recording; there are none");
    }
}
