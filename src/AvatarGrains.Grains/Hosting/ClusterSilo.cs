using System.Globalization;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Providers;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Hosting;

/// <summary>A silo in this process. Disposing it moves its sessions away and leaves the cluster.</summary>
public sealed class ClusterSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterSilo(IHost host) => _host = host;

    /// <summary>The sessions of the whole cluster.</summary>
    public ISessionHost Sessions => _host.Services.GetRequiredService<ISessionHost>();

    /// <summary>Requests of tenants, counted over the whole cluster.</summary>
    public IRequestRates Rates => _host.Services.GetRequiredService<IRequestRates>();

    /// <summary>Where clients reach the other edges of the cluster.</summary>
    public IReadOnlyList<string> OtherEdges => _host.Services.GetRequiredService<EdgeDirectory>().Others;

    /// <summary>True while there are other edges, wherever clients reach them.</summary>
    public bool HasOtherEdges => _host.Services.GetRequiredService<EdgeDirectory>().AreThere;

    /// <summary>Tells the cluster what this edge shows.</summary>
    /// <param name="shown">The most used first.</param>
    /// <returns>What other edges show, the most used first; nothing while the cluster does not answer.</returns>
    public async Task<IReadOnlyList<AvatarView>> ShareViewsAsync(IReadOnlyList<AvatarView> shown)
    {
        var services = _host.Services;
        var silos = services.GetRequiredService<SiloDirectory>();
        if (silos.Active(SiloRoles.Session).IsEmpty)
        {
            // The first silos of a cluster are edges, perhaps.
            return [];
        }

        try
        {
            var others = await services.GetRequiredService<IGrainFactory>().GetGrain<IViewBoardGrain>(0).ShareAsync(silos.Local, [.. shown.Select(ViewWire.From)]);
            return [.. others.Select(view => view.Read())];
        }
        catch (Exception error) when (LinkServices.IsTransient(error))
        {
            services.GetRequiredService<ILogger<ClusterSilo>>().LogDebug(error, "What other edges show is not known now.");
            return [];
        }
    }

    internal IServiceProvider Services => _host.Services;

    /// <param name="options">How it takes part.</param>
    /// <param name="services">What sessions and workers here use; the store must be one that all silos share.</param>
    /// <param name="records">What all silos share to find each other, unless they do that elsewhere.</param>
    /// <param name="queues">Through which sessions' outputs travel, where they do.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names each.</exception>
    public static async Task<ClusterSilo> StartAsync(ClusterOptions options, SessionServices services, ISharedRecords records, ISharedQueues queues, ILoggerFactory log, CancellationToken cancellationToken)
    {
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(" ", problems));
        }

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(log);
        builder.Services.AddSingleton(services);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = options.Times.Drain + TimeSpan.FromSeconds(30));
        builder.UseOrleans(silo => Configure(silo, options, records, queues));
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new ClusterSilo(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static void Configure(ISiloBuilder silo, ClusterOptions options, ISharedRecords records, ISharedQueues queues)
    {
        SiloNames.TryParse(options.Role, out var roles);
        roles = GpuProbe.AddTo(roles);
        var name = options.Name.Length > 0
            ? options.Name
            : $"{Environment.MachineName.Replace('.', '-')}-{options.SiloPort.ToString(CultureInfo.InvariantCulture)}";
        silo.Services.AddSingleton<SiloProbe>();
        ConnectionWatch.AddTo(silo.Services);
        silo.AddAvatarGrains(roles, name, options.Times, options.Workers, options.Url);
        ClusterProviders.Use(silo, options, records, queues);
    }

    /// <summary>The process belongs to the server; signals are its to handle.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
