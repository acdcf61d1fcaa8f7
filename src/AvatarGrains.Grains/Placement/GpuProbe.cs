namespace AvatarGrains.Grains.Placement;

/// <summary>Looks whether this machine, or what a container was given of it, has a GPU.</summary>
public static class GpuProbe
{
    /// <summary>Devices that the drivers of NVIDIA and AMD make.</summary>
    private static readonly string[] Devices = ["dev/nvidia0", "dev/kfd"];

    /// <param name="root">The file system's root.</param>
    public static bool IsPresent(string root = "/") => Devices.Any(device => File.Exists(Path.Combine(root, device)));

    /// <summary>The roles of a silo: a worker that finds a GPU offers it.</summary>
    public static SiloRoles AddTo(SiloRoles roles, string root = "/") =>
        (roles & SiloRoles.Worker) != 0 && IsPresent(root) ? roles | SiloRoles.Gpu : roles;
}
