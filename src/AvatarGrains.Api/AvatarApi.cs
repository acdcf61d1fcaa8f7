using System.Text;
using System.Text.RegularExpressions;
using AvatarGrains.Api.Dialects.AIAvatarKit;
using AvatarGrains.Api.Dialects.LiveTalking;
using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Health;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;

namespace AvatarGrains.Api;

/// <summary>Puts the edge and the dialects into a web application.</summary>
public static partial class AvatarApi
{
    private const string CorsPolicy = "dialects";

    // The package's own page fetches fonts from elsewhere; this one has everything from here.
    private const string RedocPage = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
            <title>AvatarGrains API</title>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link href="index.css" rel="stylesheet" type="text/css">
        </head>
        <body>
            <div id="redoc-container"></div>
            <script type="module" src="index.js"></script>
        </body>
        </html>
        """;

    /// <summary>
    /// Registers the API. The composition supplies <see cref="ISessionHost"/>, <see cref="IPoseLibrary"/>, <see cref="IAudioCodecs"/>, the
    /// engine catalog, the knowledge source, <see cref="IRequestRates"/> and, where there are such, <see cref="EdgeMedia"/>,
    /// <see cref="IEdgeAddresses"/>, <see cref="TenantDirectory"/>, <see cref="ILibraryStore"/>, <see cref="IAudioTranscoder"/>,
    /// <see cref="IDocumentReader"/> and <see cref="IBackgroundPictures"/>.
    /// </summary>
    public static IServiceCollection AddAvatarApi(
        this IServiceCollection services,
        EdgeOptions edge,
        PersoOptions perso,
        AIAvatarKitOptions? kit = null,
        OpenAvatarChatOptions? openAvatarChat = null,
        LiveTalkingOptions? liveTalking = null)
    {
        services.AddShared(perso.Keys);
        services.AddSingleton(edge);
        services.AddSingleton<EdgeMetrics>();
        services.AddSingleton<HealthClock>();
        services.AddSingleton<HealthSocket>();
        services.AddSingleton(provider => new EdgeServices(
            provider.GetRequiredService<ISessionHost>(),
            provider.GetRequiredService<IPoseLibrary>(),
            provider.GetRequiredService<IAudioCodecs>(),
            edge,
            provider.GetRequiredService<EdgeMetrics>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("AvatarGrains.Edge")));
        services.AddSingleton(provider => new EdgeHub(provider.GetRequiredService<EdgeServices>(), provider.GetService<EdgeMedia>()));
        services.TryAddSingleton<IEdgeAddresses, NoEdgeAddresses>();
        services.TryAddSingleton<IEdgeConnector>(provider => provider.GetRequiredService<EdgeHub>());
        services.AddSingleton<IEdgeDrain>(provider => provider.GetRequiredService<EdgeHub>());

        // One line a dialect.
        services.AddPerso(perso);
        services.AddAIAvatarKit(kit ?? new AIAvatarKitOptions());
        services.AddOpenAvatarChat(openAvatarChat ?? new OpenAvatarChatOptions());
        services.AddLiveTalking(liveTalking ?? new LiveTalkingOptions());

        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(docs =>
        {
            docs.SwaggerDoc("v1", new OpenApiInfo { Title = "AvatarGrains", Version = "v1", Description = "Talking avatars in real time" });

            // Two dialects may have a body of the same name.
            docs.CustomSchemaIds(body => SchemaId().Replace(
                (body.FullName ?? body.Name).Replace("AvatarGrains.Api.", "", StringComparison.Ordinal), "_"));
        });
        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod()
            .WithExposedHeaders("X-Session-ID", "Location", "Retry-After").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return services;
    }

    /// <summary>
    /// Maps every endpoint, and their description: OpenAPI at <c>/api/openapi/v1.json</c>, to be read at <c>/api/docs</c> and <c>/api/redoc</c>.
    /// </summary>
    public static void MapAvatarApi(this WebApplication app)
    {
        app.UseSwagger(swagger => swagger.RouteTemplate = "api/openapi/{documentName}.json");
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "api/docs";
            page.DocumentTitle = "AvatarGrains API";
            page.SwaggerEndpoint("/api/openapi/v1.json", "AvatarGrains v1");
        });
        app.UseReDoc(page =>
        {
            page.RoutePrefix = "api/redoc";
            page.SpecUrl = "/api/openapi/v1.json";
            page.IndexStream = static () => new MemoryStream(Encoding.UTF8.GetBytes(RedocPage));
        });
        app.UseWebSockets();
        HealthEndpoints.Map(app);

        // One line a dialect.
        app.MapPerso();
        app.MapAIAvatarKit();
        app.MapOpenAvatarChat();
        app.MapLiveTalking();
    }

    /// <summary>Lets pages of any origin call the API: it carries no cookies, and keys are sent by header.</summary>
    public static IApplicationBuilder UseAvatarCors(this IApplicationBuilder app) => app.UseCors(CorsPolicy);

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex SchemaId();
}
