using System.Net.Sockets;
using AvatarGrains.Api.Health;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Edge;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Native;
using AvatarGrains.Server.Composition;
using AvatarGrains.Server.Configuration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AvatarGrains.Server.Commands;

/// <summary>Starts the server, waits for its end, and ends it in order.</summary>
internal static class RunCommand
{
    public static async Task<int> ExecuteAsync(ServerOptions options, bool untilInputEnds, TextWriter output, TextWriter errors)
    {
        CheckLibraries();
        var storage = await StorageComposition.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        await using var app = ServerBuilder.Build(options, storage, untilInputEnds);
        ServerParts.Check(app.Services, options);
        var work = new ServerWork(app, options);
        app.Services.GetService<EdgeMedia>()?.Loop.Start();
        var warm = work.WarmAsync();
        var port = await StartAsync(app, options);
        await warm;
        await work.TryJoinAsync(port);
        app.Services.GetRequiredService<HealthClock>().IsReady = true;
        output.WriteLine($"Ready http://127.0.0.1:{port}");
        output.Flush();
        var running = work.RunAsync();
        await StoppingAsync(app);
        await running;
        await DrainAsync(app, options, errors);
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

    /// <returns>The port of HTTP.</returns>
    /// <exception cref="StartupException">A port cannot be had, or the cluster cannot be joined.</exception>
    private static async Task<int> StartAsync(WebApplication app, ServerOptions options)
    {
        try
        {
            await app.Services.GetRequiredService<ClusterOptions>().DescribeProviderAsync(app.Lifetime.ApplicationStopping);
            await app.StartAsync();
        }
        catch (IOException refused)
        {
            // The silo is there already, and leaves in order.
            await app.StopAsync();
            throw new StartupException($"TCP port {options.Port} is in use or cannot be listened on; choose another with --port.", refused);
        }
        catch (Exception failed) when (Cause<SocketException>(failed) is { SocketErrorCode: SocketError.AddressAlreadyInUse } refused)
        {
            throw new StartupException("The TCP port between silos is in use; set cluster.siloPort and cluster.gatewayPort.", refused);
        }
        catch (StorageUnavailableException away)
        {
            throw new StartupException($"The cluster cannot be joined: {away.Message}.", away);
        }
        catch (Exception failed) when (failed is not (OutOfMemoryException or StartupException))
        {
            // Clustering providers fail in their own ways: databases, name servers, silos that do not answer.
            throw new StartupException($"The silo cannot be started: {failed.GetBaseException().Message}", failed);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)).Port;
    }

    private static T? Cause<T>(Exception error)
        where T : Exception
    {
        for (var at = error; at is not null; at = at.InnerException)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static async Task StoppingAsync(WebApplication app)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task;
    }

    /// <summary>
    /// Turns finish, sessions are saved, clients are told; what takes too long is left to the next start, which resumes the sessions.
    /// </summary>
    private static async Task DrainAsync(WebApplication app, ServerOptions options, TextWriter errors)
    {
        using var late = new CancellationTokenSource(options.DrainTime);
        using var moving = new CancellationTokenSource(options.DrainTime * 0.6);
        var edge = app.Services.GetRequiredService<IEdgeDrain>();
        edge.Refuse();
        app.Services.GetRequiredService<HealthClock>().IsDraining = true;
        try
        {
            await edge.SendAwayAsync(moving.Token);
            await app.Services.GetRequiredService<ISessionHost>().DrainAsync(late.Token);
            await edge.DrainAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("avatar: some sessions were still busy; they are resumed at the next start.");
        }

        await app.StopAsync();
    }
}
