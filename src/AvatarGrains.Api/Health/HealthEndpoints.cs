using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Health;

/// <summary>Says whether each stage has something to work with.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/health", Report).WithTags("Server").WithSummary("Health").Produces<HealthReport>().Produces<HealthReport>(503);
        app.MapGet("/api/v1/health/ws", (HttpContext context, HealthSocket socket) => socket.AcceptAsync(context)).ExcludeFromDescription();
    }

    private static IResult Report(IEngineCatalog engines, IPoseLibrary poses, HealthClock clock, IServiceProvider services)
    {
        var stages = new PipelineStatus(
            clock.IsReady,
            services.GetService(typeof(IVoiceActivityDetectors)) is not null,
            engines.Recognizers.Count > 0,
            engines.LanguageModels.Count > 0,
            engines.Voices.Count > 0,
            poses.Avatars.Count > 0);
        var healthy = stages is { AsrAvailable: true, LlmAvailable: true, TtsAvailable: true, AvatarAvailable: true };
        var draining = clock.IsDraining;
        var report = new HealthReport(
            draining ? "draining" : healthy ? "healthy" : "degraded",
            clock.Version,
            stages,
            Math.Round(clock.Uptime.TotalSeconds, 3),
            services.GetService(typeof(IClusterStatus)) is IClusterStatus cluster ? ClusterReport.Of(cluster.Now) : null);
        return Results.Json(report, HealthJson.Default.HealthReport, statusCode: draining ? 503 : 200);
    }
}
