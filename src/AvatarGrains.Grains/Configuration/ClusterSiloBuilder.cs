using AvatarGrains.Grains.Hosting;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Workers;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;
using Orleans.Streams;

namespace AvatarGrains.Grains.Configuration;

/// <summary>Adds AvatarGrains to a silo.</summary>
public static class ClusterSiloBuilder
{
    /// <summary>
    /// Adds grains, placement and <see cref="ISessionHost"/>. <see cref="SessionServices"/> must be in the container. Clustering, reminders, the grain storage named
    /// <see cref="StorageName"/> and the streams (<see cref="Streams.FeedStreams"/>) are added beside it.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="roles">What it does.</param>
    /// <param name="name">Its name, unique in the cluster, without dots at its start.</param>
    /// <param name="times">How long things may take.</param>
    /// <param name="limits">How much a worker does.</param>
    /// <param name="url">Where clients reach this silo as an edge, or empty.</param>
    public static ISiloBuilder AddAvatarGrains(this ISiloBuilder builder, SiloRoles roles, string name, ClusterTimes times, WorkerLimits limits, string url = "")
    {
        builder.UseSiloMetadata(new Dictionary<string, string> { [EdgeDirectory.Key] = url });
        builder.Services.PostConfigure<SiloOptions>(o => o.SiloName = SiloNames.Make(roles, name));
        builder.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = times.Probe;
            o.TableRefreshTimeout = times.Probe * 5;
            o.NumMissedProbesLimit = times.MissedProbes;

            // A cluster whose machines all lost their power starts again after 30 s at most: as long as old silos are waited for.
            o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
            o.NumMissedTableIAmAliveLimit = 3;
        });
        // What a store says crosses silos as what it is, whatever caused it.
        builder.Services.Configure<ExceptionSerializationOptions>(o => o.SupportedExceptionTypeFilter = static type => typeof(Exception).IsAssignableFrom(type));

        // Where grains are is known by every silo for a part of them. This directory asks again when such a silo is lost; the other one gives the grains up.
        builder.AddDistributedGrainDirectory();
        var services = builder.Services;
        services.AddSingleton(times);
        services.AddSingleton<SiloDirectory>();
        services.AddSingleton<EdgeDirectory>();
        services.AddSingleton(limits);
        services.AddSingleton(new WorkerGates(limits));
        services.AddSingleton<KnownTexts>();
        services.AddSingleton<WorkerPool>();
        services.AddSingleton(s => new SessionSilo(
            RunsEverything(roles, limits)
                ? s.GetRequiredService<SessionServices>()
                : RemoteEngines.Over(s.GetRequiredService<SessionServices>(), s.GetRequiredService<WorkerPool>()),
            s.GetRequiredKeyedService<IStreamProvider>(SessionSilo.Streams),
            s.GetRequiredService<SiloDirectory>(),
            times,
            s.GetRequiredService<ILogger<SessionSilo>>()));
        services.AddSingleton(s => new ClusterSessionHost(s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<SessionSilo>(), s.GetService<SiloProbe>()));
        services.AddSingleton<ISessionHost>(s => s.GetRequiredService<ClusterSessionHost>());
        services.AddSingleton<IRequestRates>(s => s.GetRequiredService<ClusterSessionHost>().Rates);
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloWatch>();
        AddPlacement(services);
        return builder;
    }

    /// <summary>True where sessions may use the engines beside them.</summary>
    private static bool RunsEverything(SiloRoles roles, WorkerLimits limits) =>
        (roles & SiloRoles.Worker) != 0 && ((roles & SiloRoles.Gpu) != 0 || limits.GpuEngines.Count == 0);

    /// <summary>Adds placement by role.</summary>
    internal static void AddPlacement(IServiceCollection services) => services.AddPlacementFilter<RoleFilter, RoleFilterDirector>(ServiceLifetime.Transient);

    /// <summary>Name of the grain storage that directory grains use.</summary>
    public static string StorageName => ForeignIdGrain.Storage;
}
