using System.Net;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;

namespace AvatarGrains.Server.Configuration;

/// <summary>What this process is in a cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>The silo port of a cluster of several.</summary>
    internal const int DefaultSiloPort = 11111;

    /// <summary><c>edge</c>, <c>session</c>, <c>worker</c>, <c>gpu</c> (beside worker) or <c>all</c>, joined by <c>+</c>; null for all.</summary>
    public string? Roles { get; init; }

    /// <summary>Name of this silo, unique in the cluster; null for one made of the machine's name and the silo port.</summary>
    public string? Name { get; init; }

    /// <summary>Silos of one id find each other. A blue-green upgrade gives the new half a new one.</summary>
    public string ClusterId { get; init; } = "avatargrains";

    /// <summary>Under which the state is kept; outlives every <see cref="ClusterId"/>.</summary>
    public string ServiceId { get; init; } = "avatargrains";

    /// <summary>
    /// Where membership, reminders and foreign ids are kept, by Orleans' own packages. <c>Localhost</c>: nowhere, for a server on its own, which
    /// opens no port between silos to others;
    /// <c>Redis</c>, <c>Postgres</c>, <c>Azure</c>: there, for clusters, whose conversations are in PostgreSQL.
    /// </summary>
    public string Provider { get; init; } = nameof(ClusterProvider.Localhost);

    /// <summary>
    /// With <c>Localhost</c>, for development: <c>ADDRESS:PORT</c> of the silo in whose memory the membership is. It has to start first, and when it
    /// ends the cluster does. Null for a server
    /// on its own.
    /// </summary>
    public string? Primary { get; init; }

    /// <summary>
    /// How what sessions say travels to the edges. <c>Direct</c>: from silo to silo, the fastest; <c>Memory</c>: through Orleans' memory streams. The
    /// same for all silos.
    /// </summary>
    public string Streams { get; init; } = nameof(FeedTransport.Direct);

    /// <summary>Connection string of the provider. Never logged.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Names of recognizers, language models and synthesizers that need a GPU and so run only on silos of role <c>gpu</c>, which a worker that finds
    /// one takes on by itself. The same for
    /// all silos.
    /// </summary>
    public IReadOnlyList<string> GpuEngines { get; init; } = [];

    /// <summary>How much work this silo takes on where it has the role <c>worker</c>.</summary>
    public WorkerSettings Workers { get; init; } = new();

    /// <summary>IP address at which other silos reach this one; null for the machine's own.</summary>
    public string? Address { get; init; }

    /// <summary>TCP port between silos; null for 11111, and for any free one of a server on its own.</summary>
    public int? SiloPort { get; init; }

    /// <summary>TCP port for cluster clients outside the silos; 0 for none.</summary>
    public int GatewayPort { get; init; }

    /// <summary>
    /// Where browsers reach this edge by itself: an <c>http(s)</c> URL, or <c>:PORT</c> for a port of whatever host they use. Clients of other edges
    /// go on there when theirs
    /// is lost. Null where a proxy leads to any edge.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>This process is the only silo.</summary>
    internal bool IsAlone => Provider == nameof(ClusterProvider.Localhost) && Primary is null;

    /// <summary>
    /// Silos of several machines may belong to the cluster, so that they must share a database; those at loopback are all on this one, and share its
    /// data folder.
    /// </summary>
    internal bool NeedsSharedStorage => Enum.GetNames<ClusterProvider>().Contains(Provider) && !IsOnOneMachine;

    /// <summary>
    /// All silos are on this machine, so that their provider may be one that forgets when they end: each wakes the sessions that the storage says
    /// have not ended.
    /// </summary>
    internal bool IsOnOneMachine => Provider == nameof(ClusterProvider.Localhost)
        || (IPAddress.TryParse(Address, out var at) && IPAddress.IsLoopback(at));

    /// <summary>True for a role of this process.</summary>
    internal bool Has(string role) =>
        SiloNames.TryParse(role, out var wanted) && SiloNames.TryParse(Roles ?? "all", out var own) && (own & wanted) == wanted;

    internal IEnumerable<string> Problems()
    {
        foreach (var problem in Workers.Problems())
        {
            yield return problem;
        }

        if (Roles is not null && !SiloNames.TryParse(Roles, out _))
        {
            yield return $"cluster.roles is '{Roles}'; it must be edge, session, worker, gpu or all, joined by +.";
        }
        else if (IsAlone && !(Has("edge") && Has("session") && Has("worker")))
        {
            yield return $"cluster.roles is '{Roles}', but cluster.provider is Localhost, which is one silo: it must be all.";
        }

        if (!Enum.GetNames<ClusterProvider>().Contains(Provider))
        {
            yield return $"cluster.provider is '{Provider}'; it must be Localhost, Redis, Postgres or Azure.";
        }
        else if (Provider != nameof(ClusterProvider.Localhost) && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"cluster.connectionString is empty; {Provider} needs one.";
        }

        if (Primary is not null && (Provider != nameof(ClusterProvider.Localhost) || !IPEndPoint.TryParse(Primary, out _)))
        {
            yield return $"cluster.primary is '{Primary}'; it must be ADDRESS:PORT, and is for the provider Localhost alone.";
        }

        if (!Enum.GetNames<FeedTransport>().Contains(Streams))
        {
            yield return $"cluster.streams is '{Streams}'; it must be Direct or Memory.";
        }

        if (Address is not null && !IPAddress.TryParse(Address, out _))
        {
            yield return $"cluster.address is '{Address}'; it must be an IP address.";
        }

        if (Url is not null && !IsUrl(Url))
        {
            yield return $"cluster.url is '{Url}'; it must be an http or https URL, or :PORT.";
        }

        if (SiloPort is < 1 or > 65535 || GatewayPort is < 0 or > 65535)
        {
            yield return $"cluster.siloPort and cluster.gatewayPort are {SiloPort} and {GatewayPort}; they must be ports.";
        }
    }

    private static bool IsUrl(string text) => text.StartsWith(':')
        ? ushort.TryParse(text.AsSpan(1), out var port) && port > 0
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
