using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Placement;

/// <summary>The membership as this silo knows it.</summary>
internal sealed class SiloStatusReport(SiloDirectory silos, string cluster) : IClusterStatus
{
    private static readonly SiloRoles[] Roles = [SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker, SiloRoles.Gpu];

    public ClusterStatus Now => new(
        cluster,
        silos.LocalName,
        [.. Roles.Where(role => silos.LocalRoles.HasFlag(role)).Select(NameOf)],
        silos.Active(SiloRoles.None).Length,
        Roles.ToDictionary(NameOf, role => silos.Active(role).Length));

    private static string NameOf(SiloRoles role) => role.ToString().ToLowerInvariant();
}
