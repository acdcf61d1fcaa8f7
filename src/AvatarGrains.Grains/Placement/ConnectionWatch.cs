using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace AvatarGrains.Grains.Placement;

/// <summary>
/// Has <see cref="SiloProbe"/> look as soon as a connection between silos ends: the kernel closes those of a process that is gone within a millisecond, while calls to it, and to
/// grains whose place it knew, would wait for missed probes.
/// </summary>
internal static class ConnectionWatch
{
    public static void AddTo(IServiceCollection services) =>
        services.AddOptions<SiloConnectionOptions>().Configure<IServiceProvider>((connections, provider) =>
        {
            connections.ConfigureSiloInboundConnection(builder => builder.Use(next => context => RunAsync(next, context, provider)));
            connections.ConfigureSiloOutboundConnection(builder => builder.Use(next => context => RunAsync(next, context, provider)));
        });

    private static async Task RunAsync(ConnectionDelegate next, ConnectionContext context, IServiceProvider provider)
    {
        // Connections are made before everything the probe needs is; it is there when one ends.
        var (probe, log) = (provider.GetRequiredService<SiloProbe>(), provider.GetRequiredService<ILogger<SiloProbe>>());
        try
        {
            await next(context);
        }
        finally
        {
            _ = LookAsync(probe, log);
        }
    }

    private static async Task LookAsync(SiloProbe probe, ILogger log)
    {
        try
        {
            await probe.RunAsync();
        }
        catch (Exception error)
        {
            // Nobody waits for it; the silos' own probes find the loss too.
            log.LogWarning(error, "The silos could not be tried after a connection ended.");
        }
    }
}
