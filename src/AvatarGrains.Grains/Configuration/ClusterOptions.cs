using System.Net;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Providers;

namespace AvatarGrains.Grains.Configuration;

/// <summary>How this process takes part in a cluster. An empty role means that it does not.</summary>
public sealed record ClusterOptions
{
    /// <summary><c>edge</c>, <c>session</c>, <c>worker</c>, <c>gpu</c> joined by <c>+</c>, or <c>all</c>.</summary>
    public string Role { get; init; } = "";

    /// <summary>Name of this silo, unique in the cluster; empty for the machine's name and the silo's port.</summary>
    public string Name { get; init; } = "";

    /// <summary>Silos of one cluster have the same.</summary>
    public string ClusterId { get; init; } = "avatargrains";

    /// <summary>Stays the same when a new cluster takes over the storage of an old one.</summary>
    public string ServiceId { get; init; } = "avatargrains";

    /// <summary>TCP port for other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>TCP port for clients of the cluster; 0 for none, which is enough: edges are silos.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Address other silos reach this one by; empty for this machine's.</summary>
    public string Address { get; init; } = "";

    /// <summary>
    /// Where membership, reminders and foreign ids are kept. <c>localhost</c>: in the shared records that the silos of this machine have in their data folder, for development;
    /// <c>postgres</c>: in those of the database; <c>redis</c> and <c>azure</c>: there, where the server was built with them.
    /// </summary>
    public string Clustering { get; init; } = "localhost";

    /// <summary>With <c>redis</c> and <c>azure</c>: where. Never logged.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Where clients reach this edge by itself; empty for nowhere. Other edges tell it to their clients.</summary>
    public string Url { get; init; } = "";

    /// <summary>How the outputs of sessions travel. The same for all silos of a cluster.</summary>
    public FeedTransport Streams { get; init; }

    /// <summary>Why a provider cannot be used, or null when it can.</summary>
    /// <param name="clustering">As <see cref="Clustering"/>.</param>
    public static string? ProviderProblem(string clustering) => ClusterProviders.Problem(clustering);

    /// <summary>Asks a provider that is not the storage whether it is there.</summary>
    /// <returns>What it is, in words; null where the storage is the provider.</returns>
    /// <exception cref="Core.Storage.StorageUnavailableException">It cannot be used; the message says where and why.</exception>
    public Task<string?> DescribeProviderAsync(CancellationToken cancellationToken) => ClusterProviders.DescribeAsync(this, cancellationToken);

    public ClusterTimes Times { get; init; } = new();

    public WorkerLimits Workers { get; init; } = new();

    /// <summary>Everything that is wrong, one line each.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> errors = [];
        if (Role.Length == 0)
        {
            return errors;
        }

        Check(SiloNames.TryParse(Role, out _), $"cluster.role is '{Role}'; it must be edge, session, worker, gpu joined by +, or all.");
        Check(!Name.Contains('.', StringComparison.Ordinal), $"cluster.name is '{Name}'; it must not contain a dot.");
        Check(ClusterId.Length > 0 && ServiceId.Length > 0, "cluster.clusterId and cluster.serviceId must not be empty.");
        Check(SiloPort is > 0 and <= 65535, $"cluster.siloPort is {SiloPort}; it must be 1 to 65535.");
        Check(GatewayPort is >= 0 and <= 65535, $"cluster.gatewayPort is {GatewayPort}; it must be 0 to 65535.");
        Check(Address.Length == 0 || IPAddress.TryParse(Address, out _), $"cluster.address is '{Address}'; it must be an IP address.");
        Check(ClusterProviders.Problem(Clustering) is null, $"cluster.provider is '{Clustering}': {ClusterProviders.Problem(Clustering)}");
        Check(Clustering is not ("redis" or "azure") || ConnectionString.Length > 0, $"cluster.connectionString is empty; {Clustering} needs it.");
        Check(Times.OrphanCheck >= TimeSpan.FromMinutes(1), $"cluster.times.orphanCheck is {Times.OrphanCheck}; it must be at least a minute.");
        Check(Times.Probe > TimeSpan.Zero && Times.Move > TimeSpan.Zero && Times.FirstPiece > TimeSpan.Zero && Times.Drain >= TimeSpan.Zero, "cluster.times must be positive.");
        Check(Times.MissedProbes >= 1, $"cluster.times.missedProbes is {Times.MissedProbes}; it must be at least 1.");
        try
        {
            Workers.Validate();
        }
        catch (ArgumentException e)
        {
            errors.Add("cluster." + e.Message);
        }

        return errors;

        void Check(bool good, string error)
        {
            if (!good)
            {
                errors.Add(error);
            }
        }
    }
}
