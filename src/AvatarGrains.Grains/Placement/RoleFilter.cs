using System.Globalization;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Grains.Placement;

/// <summary>The grain lives only on silos that have all of these roles.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnRoleAttribute(SiloRoles roles) : PlacementFilterAttribute(new RoleFilter(roles));

/// <summary>Keeps the silos that have the grain's roles.</summary>
internal sealed class RoleFilter : PlacementFilterStrategy
{
    private const string Key = "roles";

    public RoleFilter()
        : this(SiloRoles.None)
    {
    }

    public RoleFilter(SiloRoles roles)
        : base(0) => Roles = roles;

    public SiloRoles Roles { get; private set; }

    public override void AdditionalInitialize(GrainProperties properties) =>
        Roles = (SiloRoles)int.Parse(GetPlacementFilterGrainProperty(Key, properties) ?? "0", CultureInfo.InvariantCulture);

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [KeyValuePair.Create(Key, ((int)Roles).ToString(CultureInfo.InvariantCulture))];
}

/// <summary>
/// Reads roles from the membership. Where a call names the silo that it is for, and that silo has the roles, it is the only one: stateless workers
/// are otherwise placed without regard to that.
/// </summary>
internal sealed class RoleFilterDirector(SiloDirectory silos) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> all)
    {
        var needed = ((RoleFilter)filterStrategy).Roles;
        var fit = all.Where(silo => (silos.RolesOf(silo) & needed) == needed).ToArray();
        return IPlacementDirector.GetPlacementHint(target.RequestContextData, fit) is { } named ? [named] : fit;
    }
}
