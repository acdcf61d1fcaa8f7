using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>The dialect as the API's composition sees it.</summary>
internal static class OpenAvatarChatDialect
{
    public static IServiceCollection AddOpenAvatarChat(this IServiceCollection services, OpenAvatarChatOptions options)
    {
        services.TryAddSingleton(options);
        services.AddSingleton<AvatarChatSessions>();
        services.AddSingleton<AvatarChatTurns>();
        services.AddSingleton<AvatarChatEndpoints>();
        services.AddSingleton<AvatarChatSockets>();
        services.AddSingleton<AvatarChatRtc>();
        return services;
    }

    public static void MapOpenAvatarChat(this IEndpointRouteBuilder app)
    {
        AvatarChatEndpoints.Map(app, app.ServiceProvider.GetRequiredService<OpenAvatarChatOptions>());
        AvatarChatRtc.Map(app);
    }
}
