using AvatarGrains.Api.Dialects.LiveTalking.Proxy;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>The dialect as the API's composition sees it.</summary>
internal static class LiveTalkingDialect
{
    /// <summary>The policy that lets pages of any origin call, as theirs expect it: with credentials, which nothing here reads.</summary>
    public const string CorsPolicy = "livetalking";

    public static IServiceCollection AddLiveTalking(this IServiceCollection services, LiveTalkingOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<LiveTalkingSessions>();
        services.AddSingleton<LiveTalkingVoices>();
        services.AddSingleton<LiveTalkingSignalling>();
        services.AddSingleton<LiveTalkingSpeech>();
        services.AddSingleton<LiveTalkingEvents>();
        services.AddSingleton<LiveTalkingRecognition>();
        services.AddSingleton<LiveTalkingAdmin>();
        services.AddSingleton<LiveTalkingAvatarTasks>();
        if (options.Proxy.Project is not null)
        {
            services.AddSingleton<ProxyCalls>();
            ProxyTokens.Add(services, options.Proxy);
        }

        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy => policy.SetIsOriginAllowed(static _ => true).AllowCredentials()
            .AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("X-Session-ID", "Location").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return services;
    }

    public static void MapLiveTalking(this IEndpointRouteBuilder app)
    {
        LiveTalkingEndpoints.Map(app);
        if (app.ServiceProvider.GetRequiredService<LiveTalkingOptions>().Proxy.Project is not null)
        {
            ProxyEndpoints.Map(app);
        }
    }
}
