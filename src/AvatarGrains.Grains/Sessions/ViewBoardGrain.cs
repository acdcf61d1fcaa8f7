using AvatarGrains.Core.Avatars;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;

namespace AvatarGrains.Grains.Sessions;

/// <summary>Remembers what each active edge said last.</summary>
[GrainType("views"), OnRole(SiloRoles.Session)]
internal sealed class ViewBoardGrain(SiloDirectory silos) : Grain, IViewBoardGrain
{
    /// <summary>Views that an edge names, and is told of.</summary>
    public const int Most = 16;

    private readonly Dictionary<SiloAddress, AvatarView[]> _shown = [];

    public Task<AvatarView[]> ShareAsync(SiloAddress edge, AvatarView[] shown)
    {
        _shown[edge] = shown;
        var active = silos.Active(SiloRoles.Edge);
        foreach (var gone in _shown.Keys.Where(known => !known.Equals(edge) && !active.Contains(known)).ToArray())
        {
            _shown.Remove(gone);
        }

        // What stands first with many edges is used most.
        return Task.FromResult(_shown.Where(other => !other.Key.Equals(edge))
            .SelectMany(other => other.Value.Take(Most).Select((view, rank) => (View: view, Weight: Most - rank)))
            .Where(one => !shown.Contains(one.View))
            .GroupBy(one => one.View, one => one.Weight)
            .OrderByDescending(group => group.Sum())
            .Take(Most)
            .Select(group => group.Key)
            .ToArray());
    }
}
