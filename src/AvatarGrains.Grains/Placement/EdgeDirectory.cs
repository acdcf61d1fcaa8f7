using AvatarGrains.Grains.Handles;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace AvatarGrains.Grains.Placement;

/// <summary>
/// The other edges of the cluster: where clients reach them, which each says in its silo's metadata, and what they show. Thread-safe.
/// </summary>
public sealed class EdgeDirectory
{
    internal const string Key = "url";

    private readonly SiloDirectory _silos;
    private readonly ISiloMetadataCache _metadata;
    private readonly IGrainFactory _grains;
    private readonly ILogger<EdgeDirectory> _log;

    internal EdgeDirectory(SiloDirectory silos, ISiloMetadataCache metadata, IGrainFactory grains, ILogger<EdgeDirectory> log) =>
        (_silos, _metadata, _grains, _log) = (silos, metadata, grains, log);

    /// <summary>True while there are active edges but this one.</summary>
    public bool AreThere => _silos.Active(SiloRoles.Edge).Any(silo => !silo.Equals(_silos.Local));

    /// <summary>Addresses of the active edges but this one; edges without an address of their own are left out.</summary>
    public IReadOnlyList<string> Others =>
    [
        .. _silos.Active(SiloRoles.Edge)
            .Where(silo => !silo.Equals(_silos.Local))
            .Select(silo => _metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(Key, ""))
            .Where(url => url.Length > 0)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Tells the other edges what this one shows.</summary>
    /// <param name="shown">The most used first.</param>
    /// <returns>What they show, the most used first; nothing while there are none, or the cluster does not answer.</returns>
    public async Task<IReadOnlyList<AvatarView>> ShareViewsAsync(IReadOnlyList<AvatarView> shown)
    {
        if (!AreThere || _silos.Active(SiloRoles.Session).IsEmpty)
        {
            // The first silos of a cluster are edges, perhaps.
            return [];
        }

        try
        {
            return await _grains.GetGrain<IViewBoardGrain>(0).ShareAsync(_silos.Local, [.. shown]);
        }
        catch (Exception error) when (SessionCalls.IsTransient(error))
        {
            _log.LogDebug(error, "What other edges show is not known now.");
            return [];
        }
    }
}
