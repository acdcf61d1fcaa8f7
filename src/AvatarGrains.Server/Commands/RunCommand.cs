using System.Net;
using AvatarGrains.Api;
using AvatarGrains.Edge;
using AvatarGrains.Api.Health;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Native;
using AvatarGrains.Server.Composition;
using AvatarGrains.Server.Configuration;
using AvatarGrains.Server.Diagnostics;
using AvatarGrains.Server.Launch;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.FileProviders;

namespace AvatarGrains.Server.Commands;

/// <summary>Starts the server, waits for its end, and ends it in order.</summary>
internal static class RunCommand
{
    public static async Task<int> ExecuteAsync(ServerOptions options, bool untilInputEnds, TextWriter output, TextWriter errors)
    {
        CheckLibraries();
        using var log = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(Enum.Parse<LogLevel>(options.LogLevel, true))
            // Says with a stack trace what the command line says in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            // Warns of the collector that the project chose on purpose.
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
            // Says with a stack trace, each time, what the membership says in one line.
            .AddFilter("Orleans.Runtime.Messaging.NetworkingTrace", LogLevel.Error)
            .AddFilter("Orleans.Runtime.GrainDirectory.GrainDirectoryPartition", LogLevel.Error)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        await using var parts = await ServerParts.CreateAsync(options, TimeProvider.System, log, CancellationToken.None);
        await using var app = Build(options, parts, log, untilInputEnds);
        parts.Edge?.Media.Loop.Start();
        var warm = options.Cluster.Has("edge") ? parts.WarmAsync(options.Perso.DefaultSize, app.Lifetime.ApplicationStopping) : Task.CompletedTask;
        var port = await StartAsync(app, options);
        await WarmedAsync(warm, app.Lifetime.ApplicationStopping);
        if (options.Cluster.Roles is not null && parts.Edge is { } edge)
        {
            var own = new Uri($"http://{(options.Listen == "*" ? "127.0.0.1" : options.Listen)}:{port}/");
            await StartupJoin.RunAsync(own, edge.Media, log.CreateLogger("AvatarGrains.StartupJoin"), app.Lifetime.ApplicationStopping);
        }

        app.Services.GetRequiredService<HealthClock>().IsReady = true;
        output.WriteLine($"Ready http://127.0.0.1:{port}");
        output.Flush();
        var prepared = options.Cluster.Has("worker") ? PrepareAsync(parts, log, app.Lifetime.ApplicationStopping) : Task.CompletedTask;
        var retained = options.Cluster.Has("session") ? parts.RetainAsync(options.Storage.KeepEnded, TimeProvider.System, log, app.Lifetime.ApplicationStopping) : Task.CompletedTask;
        var shared = ShareAsync(parts, log, app.Lifetime.ApplicationStopping);
        await StoppingAsync(app);
        await Task.WhenAll(prepared, retained, shared);
        await DrainAsync(app, parts, options, errors);
        return 0;
    }

    private static void CheckLibraries()
    {
        var missing = NativeLibraryReport.Create().Where(one => !one.Found && !one.Library.Optional).Select(one => one.Problem!).Distinct().ToArray();
        if (missing.Length > 0)
        {
            throw new StartupException(missing);
        }
    }

    private static WebApplication Build(ServerOptions options, ServerParts parts, ILoggerFactory log, bool untilInputEnds)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(log);
        if (untilInputEnds)
        {
            builder.Services.AddSingleton<IHostLifetime, InputLifetime>();
        }
        else
        {
            builder.Services.AddSingleton<IHostLifetime, TerminalLifetime>();
        }

        builder.Services.AddSingleton(parts.Hosting.Sessions);
        builder.Services.AddSingleton<IEngineCatalog>(parts.Engines.Catalog);
        builder.Services.AddSingleton<IKnowledgeSource>(parts.Engines.Knowledge);
        builder.Services.AddSingleton(parts.Engines.Detectors);
        builder.Services.AddSingleton<IPoseLibrary>(parts.Media.Poses);
        builder.Services.AddSingleton(parts.Codecs);
        AddEdge(builder.Services, parts);
        builder.Services.AddSingleton(parts.Storage.Tenants);
        builder.Services.AddSingleton(parts.Storage.Library);
        builder.Services.AddConverters();
        builder.Services.AddSingleton<IBackgroundPictures>(parts.Media.Backgrounds);
        builder.Services.AddAvatarApi(options.Edge, options.Perso);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(10));
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            if (options.Listen == "*")
            {
                kestrel.ListenAnyIP(options.Port);
            }
            else
            {
                kestrel.Listen(IPAddress.Parse(options.Listen), options.Port);
            }
        });
        var app = builder.Build();
        app.UseAvatarCors();
        if (parts.Edge is not null && InstallLayout.WebRoot is { } root)
        {
            var files = new PhysicalFileProvider(root);
            app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                // The page and its modules have no version in their names: browsers must ask whether they changed.
                OnPrepareResponse = static response => response.Context.Response.Headers.CacheControl = "no-cache",
            });
        }

        app.MapAvatarApi();
        MetricsEndpoint.Map(app, parts, options.Cluster);
        return app;
    }

    private static void AddEdge(IServiceCollection services, ServerParts parts)
    {
        if (parts.Edge is { } edge)
        {
            services.AddSingleton(edge.Media);
        }

        if (parts.Hosting.Edges is { } others)
        {
            services.AddSingleton(others);
        }

        if (parts.Hosting.Rates is { } rates)
        {
            services.AddSingleton(rates);
        }
    }

    private static async Task<int> StartAsync(WebApplication app, ServerOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException refused)
        {
            throw new StartupException($"TCP port {options.Port} is in use or cannot be listened on; choose another with --port.", refused);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)).Port;
    }

    /// <summary>A server that is asked to end while it starts needs no picture any more, and ends in order.</summary>
    private static async Task WarmedAsync(Task warm, CancellationToken stopping)
    {
        try
        {
            await warm;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What follows sees that the server stops.
        }
    }

    /// <summary>What is loaded after the start is a matter of speed alone: when it fails, the first turn that needs it says so.</summary>
    private static async Task PrepareAsync(ServerParts parts, ILoggerFactory log, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => parts.PrepareAsync(cancellationToken), cancellationToken);
        }
        catch (EngineException failed)
        {
            log.CreateLogger("AvatarGrains.Engines").LogWarning("An embedded engine cannot be used: {Problem}", failed.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.CreateLogger("AvatarGrains.Engines").LogDebug("The server stopped before its engines were loaded");
        }
    }

    private static Task ShareAsync(ServerParts parts, ILoggerFactory log, CancellationToken cancellationToken) => parts is { Edge: not null, Hosting.ShareViews: { } share }
        ? new StandbyPoses(parts.Media.Poses, share, log.CreateLogger("AvatarGrains.StandbyPoses")).RunAsync(TimeProvider.System, cancellationToken)
        : Task.CompletedTask;

    private static async Task StoppingAsync(WebApplication app)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task;
    }

    /// <summary>Turns finish, sessions are saved, clients are told; what takes too long is left to the next start, which resumes the sessions.</summary>
    private static async Task DrainAsync(WebApplication app, ServerParts parts, ServerOptions options, TextWriter errors)
    {
        using var late = new CancellationTokenSource(options.DrainTime);
        using var moving = new CancellationTokenSource(options.DrainTime * 0.6);
        var edge = app.Services.GetRequiredService<IEdgeDrain>();
        edge.Refuse();
        app.Services.GetRequiredService<HealthClock>().IsDraining = true;
        try
        {
            await edge.SendAwayAsync(moving.Token);
            await parts.Hosting.Sessions.DrainAsync(late.Token);
            await edge.DrainAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("avatar: some sessions were still busy; they are resumed at the next start.");
        }

        await app.StopAsync();
    }
}
