using System.Collections.Immutable;

namespace AvatarGrains.Grains.Placement;

/// <summary>The silos of the cluster and their roles, as the membership has them. Thread-safe.</summary>
internal sealed class SiloDirectory(IClusterMembershipService membership, ILocalSiloDetails local)
{
    public SiloAddress Local => local.SiloAddress;

    public string LocalName => local.Name;

    public SiloRoles LocalRoles => SiloNames.Read(local.Name);

    public SiloRoles RolesOf(SiloAddress silo) =>
        silo.Equals(local.SiloAddress)
            ? LocalRoles
            : membership.CurrentSnapshot.Members.TryGetValue(silo, out var member) ? SiloNames.Read(member.Name) : SiloRoles.None;

    /// <summary>Silos that take work of a role.</summary>
    public ImmutableArray<SiloAddress> Active(SiloRoles needed) =>
    [
        .. membership.CurrentSnapshot.Members.Values
            .Where(m => m.Status == SiloStatus.Active && (SiloNames.Read(m.Name) & needed) == needed)
            .Select(m => m.SiloAddress),
    ];
}
