using AvatarGrains.Api.Dialects.Perso.Library;
using AvatarGrains.Api.Dialects.Perso.Socket;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The dialect as the API's composition sees it.</summary>
internal static class PersoDialect
{
    public static IServiceCollection AddPerso(this IServiceCollection services, PersoOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<PersoLibrary>();
        services.AddSingleton<PersoPrompts>();
        services.AddSingleton<PersoTemplates>();
        services.AddSingleton(
            provider => new PersoDocuments(provider.GetRequiredService<PersoLibrary>(), provider.GetService<IDocumentReader>(), options));
        services.AddSingleton(
            provider => new PersoBackgrounds(provider.GetRequiredService<PersoLibrary>(), provider.GetService<IBackgroundPictures>(), options));
        services.AddSingleton<PersoReferences>();
        services.AddSingleton<PersoNames>();
        services.AddSingleton<PersoChannelServices>();
        services.AddSingleton<PersoSignalling>();
        services.AddSingleton<PersoSessionMapper>();
        services.AddSingleton<PersoSessions>();
        services.AddSingleton<PersoSettings>();
        services.AddSingleton<PersoLanguage>();
        services.AddSingleton<PersoSpeech>();
        services.AddSingleton<PersoSockets>();
        services.AddSingleton<SocketServices>();
        return services;
    }

    public static void MapPerso(this IEndpointRouteBuilder app) => PersoEndpoints.Map(app);
}
