using AvatarGrains.Grains.Handles;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Streams;
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
    /// <summary>Name of the grain storage that directory grains use.</summary>
    public static string StorageName => ClientIdGrain.Storage;

    /// <summary>
    /// Adds grains, placement, feeds and <see cref="ISessionHost"/>. <see cref="SessionServices"/> must be in the container. Where the silos find
    /// each other, where reminders are and the grain
    /// storage named <see cref="StorageName"/> are added beside it, by <see cref="Providers.ClusterProviders.UseClusterProvider"/>.
    /// </summary>
    public static ISiloBuilder AddAvatarGrains(this ISiloBuilder silo, ClusterOptions options)
    {
        var services = silo.Services;
        var times = options.IsAlone ? options.Times with { OrphanCheck = null } : options.Times;
        silo.UseSiloMetadata(new Dictionary<string, string> { [EdgeDirectory.Key] = options.Url });
        services.PostConfigure<SiloOptions>(o => o.SiloName = options.SiloName);
        silo.Configure<ClusterMembershipOptions>(o => FailureDetection.Apply(o, times));

        // What a store says crosses silos as what it is, whatever caused it.
        services.Configure<ExceptionSerializationOptions>(
            o => o.SupportedExceptionTypeFilter = static type => typeof(Exception).IsAssignableFrom(type));

        // Where grains are is known by every silo for a part of them. This directory asks again when such a silo is lost; the other one gives the
        // grains up. It would keep the grains of a
        // silo that was lost from starting elsewhere for half a minute, lest two silos have them: here the stores decide whose a session or an id is,
        // so nobody waits.
        silo.AddDistributedGrainDirectory();
        silo.Configure<GrainDirectoryOptions>(o => o.RangeLeaseDuration = TimeSpan.Zero);
        silo.AddFeeds(options.Streams);
        AddPlacement(services);
        services.AddSingleton(times);
        services.AddWorkers(options.Workers);
        AddSessions(services, times);
        services.AddSingleton<IClusterStatus>(s => new SiloStatusReport(s.GetRequiredService<SiloDirectory>(), options.ClusterId));
        if (options.IsAlone || (options.RestoresSessions && options.Roles.HasFlag(SiloRoles.Session)))
        {
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SessionRestore>();
        }

        return silo;
    }

    /// <summary>Adds placement by role.</summary>
    internal static void AddPlacement(IServiceCollection services)
    {
        services.AddSingleton<SiloDirectory>();
        services.AddSingleton(s => new EdgeDirectory(
            s.GetRequiredService<SiloDirectory>(),
            s.GetRequiredService<ISiloMetadataCache>(),
            s.GetRequiredService<IGrainFactory>(),
            s.GetRequiredService<ILogger<EdgeDirectory>>()));
        services.AddPlacementFilter<RoleFilter, RoleFilterDirector>(ServiceLifetime.Transient);
    }

    private static void AddSessions(IServiceCollection services, ClusterTimes times)
    {
        services.AddSingleton(s => new SessionSilo(
            s.GetRequiredService<SessionServices>(),
            s.GetRequiredKeyedService<IStreamProvider>(SessionSilo.Streams),
            s.GetRequiredService<SiloDirectory>(),
            times,
            s.GetRequiredService<ILogger<SessionSilo>>()));
        services.AddSingleton(s => new GrainSessionHost(s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<SessionSilo>()));
        services.AddSingleton<ISessionHost>(s => s.GetRequiredService<GrainSessionHost>());
        services.AddSingleton<IRequestRates>(s => s.GetRequiredService<GrainSessionHost>().Rates);
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloWatch>();
    }
}
