namespace AvatarGrains.Grains.Placement;

/// <summary>What a silo does.</summary>
[Flags]
public enum SiloRoles
{
    None = 0,

    /// <summary>Talks to clients: HTTP, WebRTC, WebSocket.</summary>
    Edge = 1,

    /// <summary>Runs sessions.</summary>
    Session = 2,

    /// <summary>Runs engines.</summary>
    Worker = 4,

    /// <summary>Runs engines that need a GPU; set beside <see cref="Worker"/>.</summary>
    Gpu = 8,

    /// <summary>Everything, in one process.</summary>
    All = Edge | Session | Worker,
}

/// <summary>
/// A silo's roles are the first part of its name, for example <c>session.host-1</c> or <c>worker+gpu.host-7</c>: the name travels with the membership
/// itself, so there is no moment
/// at which a silo is known and its roles are not.
/// </summary>
public static class SiloNames
{
    private static readonly (SiloRoles Role, string Name)[] Known =
        [(SiloRoles.Edge, "edge"), (SiloRoles.Session, "session"), (SiloRoles.Worker, "worker"), (SiloRoles.Gpu, "gpu")];

    public static string Make(SiloRoles roles, string host)
    {
        var names = (roles & SiloRoles.All) == SiloRoles.All
            ? (roles & SiloRoles.Gpu) != 0 ? ["all", "gpu"] : new[] { "all" }
            : Known.Where(k => (roles & k.Role) != 0).Select(k => k.Name);
        return $"{string.Join('+', names)}.{host}";
    }

    /// <summary>The roles of a silo by its name; none when the name is not one of ours.</summary>
    public static SiloRoles Read(string? name) => TryParse(name?.Split('.', 2)[0], out var roles) ? roles : SiloRoles.None;

    /// <summary>Parses roles joined by <c>+</c> or <c>,</c>.</summary>
    public static bool TryParse(string? text, out SiloRoles roles)
    {
        roles = SiloRoles.None;
        foreach (var part in (text ?? "").Split('+', ',').Select(p => p.Trim()))
        {
            var role = part.Equals("all", StringComparison.OrdinalIgnoreCase)
                ? SiloRoles.All
                : Known.FirstOrDefault(k => k.Name.Equals(part, StringComparison.OrdinalIgnoreCase)).Role;
            if (role == SiloRoles.None)
            {
                roles = SiloRoles.None;
                return false;
            }

            roles |= role;
        }

        return true;
    }
}
