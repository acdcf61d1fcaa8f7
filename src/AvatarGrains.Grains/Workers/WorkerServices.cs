using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts.Codecs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Serialization.Serializers;

namespace AvatarGrains.Grains.Workers;

/// <summary>Adds workers to a silo, and to everybody in its process the engines of all workers.</summary>
public static class WorkerServices
{
    /// <summary>
    /// Adds <see cref="IEngineCatalog"/> and <see cref="ISegmentSource"/> that ask the workers of the cluster. <see cref="WorkerEngines"/> must be in
    /// the container of every silo, worker or not: the names to choose from are read from them.
    /// </summary>
    internal static IServiceCollection AddWorkers(this IServiceCollection services, WorkerLimits limits)
    {
        services.AddSingleton<IGeneralizedCodec, CompilerListCodec>();
        services.AddPlacementFilter<WorkerFilter, WorkerFilterDirector>(ServiceLifetime.Transient);
        return services
            .AddSingleton(limits)
            .AddSingleton(new WorkerGates(limits))
            .AddSingleton<KnownTexts>()
            .AddSingleton<WorkerPool>()
            .AddSingleton<IEngineCatalog, PooledEngines>()
            .AddSingleton<ISegmentSource, PooledSegments>();
    }

    /// <summary>Adds <see cref="WorkerEngines"/>, and <see cref="SessionServices"/> whose engines ask the workers.</summary>
    /// <param name="services">The container of a silo.</param>
    /// <param name="own">What sessions use, with the engines of this process.</param>
    public static IServiceCollection AddSessionServices(this IServiceCollection services, SessionServices own) => services
        .AddSingleton(new WorkerEngines(own.Engines, own.Segments, own.Knowledge))
        .AddSingleton(s => own with { Engines = s.GetRequiredService<IEngineCatalog>(), Segments = s.GetRequiredService<ISegmentSource>() });
}
