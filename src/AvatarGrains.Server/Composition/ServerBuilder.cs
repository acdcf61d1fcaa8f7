using System.Net;
using AvatarGrains.Api;
using AvatarGrains.Server.Configuration;
using AvatarGrains.Server.Diagnostics;
using AvatarGrains.Server.Launch;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AvatarGrains.Server.Composition;

/// <summary>The server, part by part: one process, which is a silo and a web server, with one container.</summary>
internal static class ServerBuilder
{
    /// <param name="options">All settings.</param>
    /// <param name="storage">Opened; the server closes it.</param>
    /// <param name="untilInputEnds">Stops when standard input ends, and not at Ctrl-C.</param>
    public static WebApplication Build(ServerOptions options, StorageComposition storage, bool untilInputEnds)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddLog(options);
        builder.AddHttp(options);
        builder.Services
            .AddLifetime(options, untilInputEnds)
            .AddStorage(storage)
            .AddEngines(options)
            .AddMedia(options)
            .AddEdge(options)
            .AddConverters()
            .AddSessions(options);
        builder.AddSilo(options);
        builder.Services.AddAvatarApi(options.Edge, options.Perso, options.AIAvatarKit, options.OpenAvatarChat, options.LiveTalking);

        var app = builder.Build();
        app.UseAvatarCors();
        app.UsePage(options);
        app.MapAvatarApi();
        app.MapMetrics(options.Cluster);
        app.MapDashboard(options.Admin);
        return app;
    }

    private static void AddLog(this WebApplicationBuilder builder, ServerOptions options) => builder.Logging.ClearProviders()
        .SetMinimumLevel(Enum.Parse<LogLevel>(options.LogLevel, true))
        // Says with a stack trace what the command line says in one line.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
        // Warns of the collector that the project chose on purpose.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
        // Says whenever it ends that something has not answered since the machine was started.
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
        // Tells of each placement of a grain, twice.
        .AddFilter("Polly", LogLevel.Warning)
        // Says with a stack trace, each time, what the membership says in one line.
        .AddFilter("Orleans.Runtime.Messaging.NetworkingTrace", LogLevel.Error)
        .AddFilter("Orleans.Runtime.GrainDirectory.GrainDirectoryPartition", LogLevel.Error)
        .AddSimpleConsole(console => console.SingleLine = true)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

    private static void AddHttp(this WebApplicationBuilder builder, ServerOptions options) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(10));
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        Listen(kestrel, options.Listen, options.Port);
        if (options.LiveTalking.OwnPort && options.LiveTalking.Port != options.Port && options.Cluster.Has("edge"))
        {
            Listen(kestrel, options.Listen, options.LiveTalking.Port);
        }
    });

    private static void Listen(KestrelServerOptions kestrel, string address, int port)
    {
        if (address == "*")
        {
            kestrel.ListenAnyIP(port);
        }
        else
        {
            kestrel.Listen(IPAddress.Parse(address), port);
        }
    }

    private static IServiceCollection AddLifetime(this IServiceCollection services, ServerOptions options, bool untilInputEnds)
    {
        services.AddSingleton(TimeProvider.System);

        // A silo that stops moves its sessions away, for as long as turns may go on and then some.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + TimeSpan.FromSeconds(30));
        return untilInputEnds
            ? services.AddSingleton<IHostLifetime, InputLifetime>()
            : services.AddSingleton<IHostLifetime, TerminalLifetime>();
    }
}
