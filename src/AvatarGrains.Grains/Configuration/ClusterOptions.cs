using System.Globalization;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Providers;

namespace AvatarGrains.Grains.Configuration;

/// <summary>What this process is in its cluster, and where the cluster keeps its own records.</summary>
public sealed record ClusterOptions
{
    public SiloRoles Roles { get; init; } = SiloRoles.All;

    /// <summary>Name of this silo, unique in the cluster; empty for the machine's name and the silo's port.</summary>
    public string Name { get; init; } = "";

    /// <summary>Silos of one cluster have the same.</summary>
    public string ClusterId { get; init; } = "avatargrains";

    /// <summary>Stays the same when a new cluster takes over the storage of an old one.</summary>
    public string ServiceId { get; init; } = "avatargrains";

    /// <summary>Where membership, reminders and grain storage are.</summary>
    public ClusterProvider Provider { get; init; }

    /// <summary>Of the provider; not for <see cref="ClusterProvider.Localhost"/>. Never logged.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>With <see cref="ClusterProvider.Postgres"/>: the schema of the tables.</summary>
    public string Schema { get; init; } = "avatargrains";

    /// <summary>
    /// With <see cref="ClusterProvider.Localhost"/>: <c>ADDRESS:PORT</c> of the silo that keeps the membership in its memory, which has to be there
    /// first and to stay. Empty for a silo on its own.
    /// </summary>
    public string Primary { get; init; } = "";

    /// <summary>
    /// Address at which other silos reach this one; empty for this machine's, and for loopback with <see cref="ClusterProvider.Localhost"/>.
    /// </summary>
    public string Address { get; init; } = "";

    /// <summary>TCP port for other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>TCP port for clients of the cluster; 0 for none, which is enough: edges are silos.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Where clients reach this edge by itself; empty for nowhere. Other edges tell it to their clients.</summary>
    public string Url { get; init; } = "";

    /// <summary>How the outputs of sessions travel. The same for all silos of a cluster.</summary>
    public FeedTransport Streams { get; init; }

    public ClusterTimes Times { get; init; } = new();

    public WorkerLimits Workers { get; init; } = new();

    /// <summary>
    /// When the silo starts it wakes the sessions that the store says have not ended: for providers whose reminders end with the processes. A silo
    /// on its own does in any case.
    /// </summary>
    public bool RestoresSessions { get; init; }

    /// <summary>The only silo of its cluster. It has no reminders and no grain storage.</summary>
    public bool IsAlone => Provider == ClusterProvider.Localhost && Primary.Length == 0;

    /// <summary>The name by which other silos know this one, with its roles.</summary>
    internal string SiloName => SiloNames.Make(
        Roles,
        Name.Length > 0 ? Name : $"{Environment.MachineName.Replace('.', '-')}-{SiloPort.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Asks the provider whether it is there.</summary>
    /// <returns>What it is, in words.</returns>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message says where and why.</exception>
    public Task<string> DescribeProviderAsync(CancellationToken cancellationToken) => ClusterProviders.DescribeAsync(this, cancellationToken);
}
