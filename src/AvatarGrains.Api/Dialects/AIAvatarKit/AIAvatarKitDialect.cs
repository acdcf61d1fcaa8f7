using AvatarGrains.Api.Dialects.AIAvatarKit.Socket;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>The dialect as the API's composition sees it.</summary>
internal static class AIAvatarKitDialect
{
    public static IServiceCollection AddAIAvatarKit(this IServiceCollection services, AIAvatarKitOptions options) => services
        .AddSingleton(options)
        .AddSingleton<KitAccess>()
        .AddSingleton<KitContexts>()
        .AddSingleton<KitPictures>()
        .AddSingleton<KitQuestions>()
        .AddSingleton<KitLog>()
        .AddSingleton<KitChat>()
        .AddSingleton<KitDify>()
        .AddSingleton<KitCompletions>()
        .AddSingleton<KitSpeech>()
        .AddSingleton<KitRegistry>()
        .AddSingleton<KitSocketServices>()
        .AddSingleton<KitSockets>()
        .AddSingleton<KitControl>();

    public static void MapAIAvatarKit(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<AIAvatarKitOptions>().Enabled)
        {
            KitEndpoints.Map(app);
        }
    }
}
