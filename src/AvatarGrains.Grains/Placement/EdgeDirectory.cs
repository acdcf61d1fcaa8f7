using Orleans.Runtime.MembershipService.SiloMetadata;

namespace AvatarGrains.Grains.Placement;

/// <summary>Where clients reach the edges: each edge says it of itself, in its silo's metadata. Thread-safe.</summary>
internal sealed class EdgeDirectory(SiloDirectory silos, ISiloMetadataCache metadata)
{
    public const string Key = "url";

    /// <summary>True while there are active edges but this one.</summary>
    public bool AreThere => silos.Active(SiloRoles.Edge).Any(silo => !silo.Equals(silos.Local));

    /// <summary>Addresses of the active edges but this one; edges without an address of their own are left out.</summary>
    public IReadOnlyList<string> Others =>
    [
        .. silos.Active(SiloRoles.Edge)
            .Where(silo => !silo.Equals(silos.Local))
            .Select(silo => metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(Key, ""))
            .Where(url => url.Length > 0)
            .Order(StringComparer.Ordinal),
    ];
}
