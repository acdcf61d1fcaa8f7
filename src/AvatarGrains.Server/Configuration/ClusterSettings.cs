namespace AvatarGrains.Server.Configuration;

/// <summary>What this process is in a cluster. Needs a server built with <c>-p:EnableCluster=true</c>.</summary>
public sealed record ClusterSettings
{
    /// <summary><c>edge</c>, <c>session</c>, <c>worker</c>, <c>gpu</c> (beside worker) or <c>all</c>, joined by <c>+</c>; null for a server on its own.</summary>
    public string? Roles { get; init; }

    /// <summary>Name of this silo, unique in the cluster; null for one made of the machine's name and the silo port.</summary>
    public string? Name { get; init; }

    /// <summary>Silos of one id find each other. A blue-green upgrade gives the new half a new one.</summary>
    public string ClusterId { get; init; } = "avatargrains";

    /// <summary>Under which the state is kept; outlives every <see cref="ClusterId"/>.</summary>
    public string ServiceId { get; init; } = "avatargrains";

    /// <summary>
    /// Where membership, reminders and foreign ids are kept. <c>Localhost</c>: in the SQLite file of the data folder, which the silos of this machine share, for development;
    /// <c>Postgres</c>: in the database, which has everything else too; <c>Redis</c>, <c>Azure</c>: there, in servers built with them, while the rest is in PostgreSQL.
    /// </summary>
    public string Provider { get; init; } = "Localhost";

    /// <summary>
    /// How what sessions say travels to the edges. <c>Direct</c>: from silo to silo, the fastest; <c>Memory</c>: through Orleans' memory streams; <c>Queue</c>: through queues of the provider.
    /// The same for all silos.
    /// </summary>
    public string Streams { get; init; } = "Direct";

    /// <summary>Connection string of the provider. Never logged.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Names of recognizers, language models and synthesizers that need a GPU and so run only on silos of role <c>gpu</c>, which a worker that finds one takes on by itself. The same for all silos.
    /// </summary>
    public IReadOnlyList<string> GpuEngines { get; init; } = [];

    /// <summary>How much work this silo takes on where it has the role <c>worker</c>.</summary>
    public WorkerSettings Workers { get; init; } = new();

    /// <summary>IP address at which other silos reach this one; null for the machine's own.</summary>
    public string? Address { get; init; }

    /// <summary>TCP port between silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>TCP port for cluster clients outside the silos; 0 for none.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>
    /// Where browsers reach this edge by itself: an <c>http(s)</c> URL, or <c>:PORT</c> for a port of whatever host they use. Clients of other edges go on there when theirs
    /// is lost. Null where a proxy leads to any edge.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>True for a role of this process; a server on its own has all.</summary>
    internal bool Has(string role) => Roles is null ? role != "gpu" : Roles.Split('+').Any(one => one == role || (one == "all" && role != "gpu"));

    internal IEnumerable<string> Problems()
    {
        foreach (var problem in Workers.Problems())
        {
            yield return problem;
        }

        if (Roles is null)
        {
            yield break;
        }

        if (Roles.Split('+').Any(role => role is not ("edge" or "session" or "worker" or "gpu" or "all")))
        {
            yield return $"cluster.roles is '{Roles}'; it must be edge, session, worker, gpu or all, joined by +.";
        }

        if (Provider is not ("Localhost" or "Postgres" or "Redis" or "Azure"))
        {
            yield return $"cluster.provider is '{Provider}'; it must be Localhost, Postgres, Redis or Azure.";
        }
        else if (AvatarGrains.Grains.Configuration.ClusterOptions.ProviderProblem(Provider.ToLowerInvariant()) is { } missing)
        {
            yield return $"cluster.provider is '{Provider}': {missing}";
        }
        else if (Provider != "Localhost" && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"cluster.connectionString is empty; {Provider} needs one.";
        }

        if (Streams is not ("Direct" or "Memory" or "Queue"))
        {
            yield return $"cluster.streams is '{Streams}'; it must be Direct, Memory or Queue.";
        }

        if (Address is not null && !System.Net.IPAddress.TryParse(Address, out _))
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
