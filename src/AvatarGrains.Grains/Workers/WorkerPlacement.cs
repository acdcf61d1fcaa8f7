using AvatarGrains.Grains.Placement;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// A worker grain's key is made from the address of a silo, which the pool chose by its load. The grain is placed on that silo, whoever calls it, and
/// on any other worker when that silo is gone.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnWorkerAttribute() : PlacementFilterAttribute(new WorkerFilter());

/// <summary>Keeps the silo that a worker grain is for.</summary>
internal sealed class WorkerFilter() : PlacementFilterStrategy(order: 0)
{
    public static long KeyOf(SiloAddress silo) => silo.GetConsistentHashCode();

    public override void AdditionalInitialize(GrainProperties properties)
    {
        // The filter has no properties.
    }

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) => [];
}

/// <summary>Reads roles from the membership, and the silo from the grain's key.</summary>
internal sealed class WorkerFilterDirector(SiloDirectory silos) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> all)
    {
        var workers = all.Where(silo => (silos.RolesOf(silo) & SiloRoles.Worker) != 0).ToArray();
        var named = target.GrainIdentity.TryGetIntegerKey(out var key, out _) ? Array.Find(workers, silo => WorkerFilter.KeyOf(silo) == key) : null;
        return named is null ? workers : [named];
    }
}
