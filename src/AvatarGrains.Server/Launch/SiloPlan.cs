using System.Globalization;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Launch;

/// <summary>One silo of a local cluster: what it does and where it listens.</summary>
/// <param name="Name">Its name, for example <c>edge-1</c>.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Port">TCP port of its page and API.</param>
/// <param name="MediaPort">UDP port of its media, when it is an edge.</param>
/// <param name="SiloPort">TCP port between silos.</param>
internal sealed record SiloPlan(string Name, string Roles, int Port, int MediaPort, int SiloPort)
{
    /// <summary>Silos on one machine; more are a matter for several machines.</summary>
    public const int Most = 24;

    private const int PortStep = 10;

    public bool IsEdge => Roles is "edge" or "all";

    /// <summary>
    /// One silo does everything. Two or three are one or two edges and one silo that runs sessions and engines. From four on they take turns: edge,
    /// session, worker, and again.
    /// Each silo's ports are ten above those of the one before it.
    /// </summary>
    public static IReadOnlyList<SiloPlan> Layout(int silos, ServerOptions options)
    {
        string[] roles = silos switch
        {
            1 => ["all"],
            2 or 3 => [.. Enumerable.Repeat("edge", silos - 1), "session+worker"],
            _ => [.. Enumerable.Range(0, silos).Select(i => (i % 3) switch { 0 => "edge", 1 => "session", _ => "worker" })],
        };
        var counts = new Dictionary<string, int>();
        return [.. roles.OrderBy(role => role switch { "edge" => 0, "worker" => 2, _ => 1 }).Select((role, i) =>
        {
            var name = role.Split('+')[0];
            counts[name] = counts.GetValueOrDefault(name) + 1;
            var step = i * PortStep;
            var siloPort = (options.Cluster.SiloPort ?? ClusterSettings.DefaultSiloPort) + step;
            return new SiloPlan($"{name}-{counts[name]}", role, options.Port + step, options.MediaPort + step, siloPort);
        })];
    }

    /// <summary>The settings that make a process this silo.</summary>
    public IReadOnlyDictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["AVATAR_PORT"] = Text(Port),
            ["AVATAR_MEDIAPORT"] = Text(MediaPort),
            ["AVATAR_CLUSTER__ROLES"] = Roles,
            ["AVATAR_CLUSTER__NAME"] = Name,
            ["AVATAR_CLUSTER__SILOPORT"] = Text(SiloPort),
            ["AVATAR_CLUSTER__GATEWAYPORT"] = "0",
        };
        if (IsEdge)
        {
            settings["AVATAR_CLUSTER__URL"] = ":" + Text(Port);
        }

        return settings;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
